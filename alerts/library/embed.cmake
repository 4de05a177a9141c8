# cmake -DSOURCES="a.yml;b.yml" -DOUT=files.cc -P embed.cmake: the rule files as one table.
set(rows "")
foreach(file ${SOURCES})
  file(READ ${file} content)
  get_filename_component(name ${file} NAME)
  string(APPEND rows "    LibraryFile{\"library/${name}\", R\"sidewatch(${content})sidewatch\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"alerts/library/files.h\"\n\n#include <array>\n\nnamespace sidewatch::alerts::library {\n
std::span<const LibraryFile> LibraryFiles() {\n  static constexpr std::array kFiles = {\n${rows}  };\n  return kFiles;\n}\n
}  // namespace sidewatch::alerts::library\n")
