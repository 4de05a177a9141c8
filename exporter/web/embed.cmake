# cmake -DSOURCES="a.html;b.js" -DOUT=file.cc -P embed.cmake: each file as an Asset, under its name.
set(rows "")
foreach(file ${SOURCES})
  file(READ ${file} content)
  get_filename_component(name ${file} NAME)
  string(APPEND rows "    {\"${name}\", R\"sidewatch(${content})sidewatch\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"exporter/web/assets.h\"

namespace sidewatch::web {
namespace {

constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::span<const Asset> Assets() {
  return kAssets;
}

}  // namespace sidewatch::web
")
