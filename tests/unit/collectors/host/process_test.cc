#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/host/process_book.h"
#include "collectors/host/process_names.h"
#include "collectors/host/process_text.h"

namespace sidewatch::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ParseProcessStatTest, TakesANameWithBrackets) {
  const auto stat =
      ParseProcessStat("7 (a) b) (c) R 3 1 1 0 -1 0 11 0 12 0 13 14 0 0 20 0 15 0 16 17 18 19 0 0");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->comm, "a) b) (c");
  EXPECT_EQ(stat->state, 'R');
  EXPECT_EQ(stat->parent, 3);
  EXPECT_EQ(stat->minor_faults, 11);
  EXPECT_EQ(stat->major_faults, 12);
  EXPECT_EQ(stat->user_ticks, 13);
  EXPECT_EQ(stat->system_ticks, 14);
  EXPECT_EQ(stat->threads, 15);
  EXPECT_EQ(stat->start_ticks, 16);
  EXPECT_EQ(stat->virtual_bytes, 17);
  EXPECT_EQ(stat->resident_pages, 18);
}

TEST(ParseProcessStatTest, RefusesOtherTexts) {
  for (const char* text :
       {"", "7", "7 (a", "7 (a) R 3", ")(", "7 (a) RR 3 1 1 0 -1 0 11 0 12 0 13"}) {
    EXPECT_FALSE(ParseProcessStat(text)) << text;
  }
}

TEST(ParseCmdlineTest, SplitsAtZeros) {
  EXPECT_THAT(ParseCmdline(std::string_view("a\0b c\0", 6)), ElementsAre("a", "b c"));
  EXPECT_THAT(ParseCmdline("one"), ElementsAre("one"));
  EXPECT_THAT(ParseCmdline(""), IsEmpty());
}

TEST(StatusNumberTest, ReadsNumbersAndKilobytes) {
  constexpr std::string_view kText = "VmSwapX:\t1\nVmSwap:\t    4 kB\nUid:\t1000\t0\nNone:\n";
  EXPECT_EQ(StatusNumber(kText, "VmSwap"), 4096);
  EXPECT_EQ(StatusNumber(kText, "Uid"), 1000);
  EXPECT_EQ(StatusNumber(kText, "None"), std::nullopt);
  EXPECT_EQ(StatusNumber(kText, "Absent"), std::nullopt);
}

std::vector<ProcessName> Read(const std::string& yaml, std::vector<std::string>& errors) {
  config::Diagnostics diagnostics;
  const auto node = config::ParseYaml(yaml, "test.yml", config::ExpandEnv::kNo, diagnostics);
  std::vector<ProcessName> names;
  if (node) {
    config::MapReader target(*node, diagnostics);
    names = ReadProcessNames(target);
  }
  errors.assign(diagnostics.errors().begin(), diagnostics.errors().end());
  return names;
}

struct NameCase {
  std::string name;
  std::string entry;
  ProcessFacts process;
  std::optional<std::string> want;
};

class GroupOfTest : public testing::TestWithParam<NameCase> {};

TEST_P(GroupOfTest, Names) {
  std::vector<std::string> errors;
  const auto names = Read("processes: [" + GetParam().entry + "]", errors);
  ASSERT_THAT(errors, IsEmpty());
  EXPECT_EQ(GroupOf(names, GetParam().process), GetParam().want);
}

const ProcessFacts kServer = {.comm = "python3",
                              .cmdline = {"/usr/bin/python3", "serve.py", "--site=shop"},
                              .username = "www"};
const ProcessFacts kKernel = {.comm = "kswapd0", .cmdline = {}, .username = "root"};

INSTANTIATE_TEST_SUITE_P(
    Table,
    GroupOfTest,
    testing::Values(
        NameCase{"Comm", "{comm: [sh, python3]}", kServer, "python3"},
        NameCase{"OtherComm", "{comm: [sh]}", kServer, std::nullopt},
        NameCase{"ExeBase", "{exe: [python3], name: app}", kServer, "app"},
        NameCase{"ExeFull", "{exe: [/usr/bin/python3]}", kServer, "python3"},
        NameCase{"OtherExe", "{exe: [/bin/python3]}", kServer, std::nullopt},
        NameCase{"Cmdline",
                 R"({cmdline: ['--site=(?P<Site>\w+)'], name: "site-{{.Matches.Site}}"})",
                 kServer,
                 "site-shop"},
        NameCase{"AllOfCmdline", "{cmdline: [serve, cart], name: a}", kServer, std::nullopt},
        NameCase{"AllKinds", "{comm: [sh], cmdline: [serve], name: a}", kServer, std::nullopt},
        NameCase{"User",
                 R"({comm: [python3], name: "{{ .Username }}/{{.Comm}}"})",
                 kServer,
                 "www/python3"},
        NameCase{"Full", R"({comm: [python3], name: "{{.ExeFull}}"})", kServer, "/usr/bin/python3"},
        NameCase{"First", "{comm: [python3], name: a}, {comm: [python3], name: b}", kServer, "a"},
        NameCase{"KernelThread", "{comm: [kswapd0], name: swap}", kKernel, "swap"},
        NameCase{"KernelThreadHasNoLine", "{cmdline: ['.*'], name: all}", kKernel, std::nullopt}),
    [](const auto& row) { return row.param.name; });

struct Mistake {
  std::string name;
  std::string yaml;
  std::string want;
};

class ProcessMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(ProcessMistakeTest, IsNamed) {
  std::vector<std::string> errors;
  Read(GetParam().yaml, errors);
  ASSERT_FALSE(errors.empty());
  EXPECT_THAT(errors[0], HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ProcessMistakeTest,
    testing::Values(
        Mistake{"NoList", "processes: {name: a}", "expected a list"},
        Mistake{"NoCondition", "processes: [{name: a}]", "expected comm, exe or cmdline"},
        Mistake{"Regex", "processes: [{name: a, cmdline: ['(']}]", "bad regular expression"},
        Mistake{"Pid", "processes: [{name: '{{.PID}}', comm: [a]}]", ".PID\" is not known"},
        Mistake{"Capture", "processes: [{name: '{{.Matches.A}}', comm: [a]}]", ".Matches.A"},
        Mistake{"Open", "processes: [{name: '{{.Comm', comm: [a]}]", "without }}"},
        Mistake{"Key", "processes: [{name: a, comm: [a], com: [a]}]", "unknown key \"com\""}),
    [](const auto& row) { return row.param.name; });

TEST(ProcessBookTest, CountersKeepWhatIsGone) {
  ProcessBook book;
  ProcessNow now;
  now.counters[kUserSeconds] = 10;
  book.Begin();
  ASSERT_TRUE(book.AddGroup("app", 1));
  book.Add(book.Remember(7, 100), now, "app");
  book.End();
  now.counters[kUserSeconds] = 12;
  book.Begin();
  ASSERT_NE(book.Find(7, 100), nullptr);
  book.Add(*book.Find(7, 100), now, "app");
  book.End();
  EXPECT_EQ(book.groups().at("app").counters[kUserSeconds], 12);
  EXPECT_EQ(book.groups().at("app").processes, 1);
  book.Begin();
  book.End();
  EXPECT_EQ(book.groups().at("app").counters[kUserSeconds], 12);
  EXPECT_EQ(book.groups().at("app").processes, 0);
  EXPECT_EQ(book.groups().at("app").counters[kReadBytes], std::nullopt) << "never known";
  book.Begin();
  EXPECT_EQ(book.Find(7, 200), nullptr) << "a later process with the same number";
  now.counters[kUserSeconds] = 1;
  book.Add(book.Remember(7, 200), now, "app");
  book.End();
  EXPECT_EQ(book.groups().at("app").counters[kUserSeconds], 13);
  EXPECT_FALSE(book.AddGroup("other", 1)) << "bounded";
}

}  // namespace
}  // namespace sidewatch::host
