#include "exporter/config/reader.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::config {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

/// A target as a collector would read it: every kind of value once.
struct Target {
  std::string name;
  Duration interval = seconds(15);
  bool enabled = true;
  int port = 0;
  double ratio = 0;
  ByteSize size;
  std::vector<std::string> files;
  std::map<std::string, std::string> labels;
  SecretSource password;
};

Target ReadTarget(std::string_view yaml, Diagnostics& diagnostics) {
  Target target;
  const auto node = ParseYaml(yaml, "test.yml", ExpandEnv::kYes, diagnostics);
  if (!node) {
    return target;
  }
  MapReader map(*node, diagnostics);
  map.Require("name", target.name);
  map.Read("interval", target.interval);
  map.Read("enabled", target.enabled);
  map.Read("port", target.port);
  map.Read("ratio", target.ratio);
  map.Read("size", target.size);
  map.Read("files", target.files);
  map.Read("labels", target.labels);
  map.ReadSecret("password", target.password);
  return target;
}

TEST(ReaderTest, ReadsEveryKindOfValue) {
  setenv("SIDEWATCH_TEST_PORT", "5432", 1);
  Diagnostics diagnostics;
  const Target target = ReadTarget(
      "name: main\n"
      "interval: 1h30m\n"
      "enabled: off\n"
      "port: ${SIDEWATCH_TEST_PORT}\n"
      "ratio: ${SIDEWATCH_TEST_UNSET:-0.5}\n"
      "size: 2MB\n"
      "files: [a, \"b $${x} ${1}\"]\n"
      "labels: {team: db, tier: '1', replacement: '${host}:${1}'}\n"
      "password: s3cret\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  EXPECT_EQ(target.name, "main");
  EXPECT_EQ(target.interval, std::chrono::minutes(90));
  EXPECT_FALSE(target.enabled);
  EXPECT_EQ(target.port, 5432);
  EXPECT_EQ(target.ratio, 0.5);
  EXPECT_EQ(target.size.bytes, 2U << 20);
  EXPECT_THAT(target.files, ElementsAre("a", "b ${x} ${1}"));
  EXPECT_EQ(target.labels.at("tier"), "1");
  EXPECT_EQ(target.labels.at("replacement"), "${host}:${1}") << "groups of a relabelling";
  EXPECT_EQ(target.password.Load()->Reveal(), "s3cret");
}

TEST(ReaderTest, ReadsAliasesAndMergeKeys) {
  Diagnostics diagnostics;
  const auto node =
      ParseYaml("base: &base {name: shared, interval: 5s}\nuse: {<<: *base, interval: 7s}\n",
                "test.yml",
                ExpandEnv::kNo,
                diagnostics);
  ASSERT_TRUE(node);
  const Node use = *node->Find("use");
  EXPECT_EQ(use.Find("name")->text(), "shared");
  EXPECT_EQ(use.Find("interval")->text(), "7s");
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
}

TEST(ReaderTest, ReadsSecretFilesAnewAndWithoutTheLineFeed) {
  const std::string path = testing::TempDir() + "/secret";
  const auto write = [&](const char* text) {
    std::ofstream(path) << text;
  };
  write("first\n");
  const SecretSource source = SecretSource::FromFile(path);
  EXPECT_EQ(source.Load()->Reveal(), "first");
  write("second");
  EXPECT_EQ(source.Load()->Reveal(), "second");
  std::remove(path.c_str());
  ASSERT_FALSE(source.Load().has_value());
  EXPECT_EQ(source.Load().error().message,
            "secret file " + path + " cannot be read: No such file or directory");
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class ReaderErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ReaderErrorTest, NamesPlaceAndExpectation) {
  Diagnostics diagnostics;
  ReadTarget(GetParam().yaml, diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want_error));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReaderErrorTest,
    testing::Values(
        Case{"UnknownKeyNear",
             "name: a\nintervall: 5s\n",
             R"(test.yml:2:1: unknown key "intervall", did you mean "interval"?)"},
        Case{"UnknownKeyFar", "name: a\nxyzzy: 5s\n", R"(test.yml:2:1: unknown key "xyzzy")"},
        Case{"DuplicateKey",
             "name: a\nport: 1\nport: 2\n",
             R"(test.yml:3:1: key "port" is already set in line 2)"},
        Case{"MissingKey", "port: 1\n", R"(test.yml:1:1: missing key "name")"},
        Case{
            "BadDuration",
            "name: a\ninterval: 5 minutes\n",
            R"(test.yml:2:11: unknown unit " minutes" in duration "5 minutes", expected a duration such as 30s or 1h30m)"},
        Case{"BadBool",
             "name: a\nenabled: maybe\n",
             R"(test.yml:2:10: expected true or false, got "maybe")"},
        Case{"BadNumber",
             "name: a\nport: 80a\n",
             R"(test.yml:2:7: expected a whole number, got "80a")"},
        Case{"BadSize",
             "name: a\nsize: 5 potatoes\n",
             R"(test.yml:2:7: expected a size such as 512KB or 2GB, got "5 potatoes")"},
        Case{"NotAList", "name: a\nfiles: one\n", R"(test.yml:2:8: expected a list, got "one")"},
        Case{"NotAMap", "[1, 2]\n", "test.yml:1:1: expected a map, got a list"},
        Case{"SecretTwice",
             "name: a\npassword: x\npassword_file: /y\n",
             "test.yml:3:16: at most one of password & password_file must be configured"},
        Case{"SecretOfWrongKindIsNotShown",
             "name: a\npassword: [hunter2]\n",
             "test.yml:2:11: expected a text"},
        Case{"EnvNotSet",
             "name: ${SIDEWATCH_TEST_UNSET}\n",
             "test.yml:1:7: environment variable SIDEWATCH_TEST_UNSET is not set (write "
             "${SIDEWATCH_TEST_UNSET:-default} to allow that)"},
        Case{"BrokenYaml",
             "name: [a\n",
             "test.yml:2:1: not valid YAML: end of sequence flow not found"},
        Case{"QuoteNotClosed",
             "name: 'a\nport: 1\n",
             "test.yml:3:1: not valid YAML: a quoted text is not closed, or has --- at the start "
             "of a line"},
        Case{"QuoteNotClosedInALineWithoutEnd",
             "port: 1\nname: \"a",
             "test.yml:2:9: not valid YAML: a quoted text is not closed, or has --- at the start "
             "of a line"},
        Case{"ControlCharacter",
             "name: a\nfiles: [\"x\x01y\"]\n",
             "test.yml:2:11: not valid YAML: control characters are not allowed"},
        Case{"NotUtf8", "name: \xFCnter\n", "test.yml:1:7: not valid YAML: the text is not UTF-8"},
        Case{"Utf8CutShort", "name: \xC3", "test.yml:1:7: not valid YAML: the text is not UTF-8"},
        Case{"Utf8WrittenTooLong",
             "name: \xC0\xAF\n",
             "test.yml:1:7: not valid YAML: the text is not UTF-8"},
        Case{"MergeOfNoMap",
             "name: a\nlabels:\n  <<: b\n",
             R"(test.yml:3:7: << takes a map or a list of maps, got "b")"},
        Case{"MergeOfListsInAList",
             "name: a\nlabels:\n  <<: [[{a: b}]]\n",
             "test.yml:3:8: << takes a map or a list of maps, got a list"}),
    [](const auto& row) { return row.param.name; });

struct TextCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class ReaderTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(ReaderTextTest, ReadsName) {
  Diagnostics diagnostics;
  EXPECT_EQ(ReadTarget(GetParam().yaml, diagnostics).name, GetParam().want);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReaderTextTest,
    testing::Values(TextCase{"BlockWithItsLineEnd", "name: |\n  a\n", "a\n"},
                    TextCase{"BlockAtTheEndOfAText", "name: |\n  a", "a"},
                    TextCase{"BlockThatKeepsLineEnds", "name: |+\n  a\n\n", "a\n\n"},
                    TextCase{"DocumentWithEnd", "---\nname: a\n...\n", "a"},
                    TextCase{"SecondDocument", "name: a\n---\nname: b\n", "a"},
                    TextCase{"LineEndsOfWindows", "name: |\r\n  a\r\n  b\r\n", "a\nb\n"},
                    TextCase{"LineEndsOfOldMacs", "port: 1\rname: a\r", "a"},
                    TextCase{"ByteOrderMark", "\xEF\xBB\xBFname: a\n", "a"},
                    TextCase{"AllPlanes", "name: ü€🔥\n", "ü€🔥"},
                    TextCase{"DashesWithinALine", "name: 'a --- b'\n", "a --- b"}),
    [](const auto& row) { return row.param.name; });

class ReaderBoolTest : public testing::TestWithParam<std::pair<std::string, bool>> {};

TEST_P(ReaderBoolTest, ReadsWhatYaml11Allows) {
  Diagnostics diagnostics;
  const std::string yaml = "name: a\nenabled: " + GetParam().first + "\n";
  EXPECT_EQ(ReadTarget(yaml, diagnostics).enabled, GetParam().second);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ReaderBoolTest,
                         testing::Values(std::pair("YES", true),
                                         std::pair("ON", true),
                                         std::pair("y", true),
                                         std::pair("NO", false),
                                         std::pair("OFF", false),
                                         std::pair("N", false)),
                         [](const auto& row) { return row.param.first; });

TEST(ReaderTest, ReportsEveryErrorNotJustTheFirst) {
  Diagnostics diagnostics;
  ReadTarget("nam: a\nport: x\nenabled: maybe\n", diagnostics);
  EXPECT_EQ(diagnostics.errors().size(), 4U);
}

TEST(ReaderTest, BoundsDepthAndAliasBombs) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string previous(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) {
      bomb += (i == 0 ? "*" : ", *") + previous;
    }
    bomb += "]\n";
  }
  Diagnostics diagnostics;
  ParseYaml(bomb, "bomb.yml", ExpandEnv::kNo, diagnostics);
  EXPECT_EQ(diagnostics.errors().size(), 1U);

  Diagnostics deep;
  ParseYaml(std::string(10'000, '['), "deep.yml", ExpandEnv::kNo, deep);
  EXPECT_FALSE(deep.ok());
}

}  // namespace
}  // namespace sidewatch::config
