#include "collectors/host/host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/parity.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testkit::Collected;
using testkit::CollectOnce;
using testkit::MakeCollector;

constexpr std::string_view kFixtures =
    "procfs: tests/fixtures/host/proc\n"
    "sysfs: tests/fixtures/host/sys\n"
    "rootfs: tests/fixtures/host/root\n";

std::unique_ptr<Collected> Collect(std::string_view yaml) {
  const SystemClock clock;
  const auto made = MakeCollector(kHostSpec, std::string(yaml), clock);
  EXPECT_THAT(made.errors, IsEmpty());
  return CollectOnce(*made.collector, clock);
}

struct Case {
  std::string name;
  std::string series;
  std::optional<double> want;  ///< Nothing: must not be there.
};

class HostFixtureTest : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() { run_ = Collect(kFixtures); }

  static void TearDownTestSuite() { run_.reset(); }

  static std::unique_ptr<Collected> run_;
};

std::unique_ptr<Collected> HostFixtureTest::run_;

TEST_P(HostFixtureTest, Shows) {
  ASSERT_TRUE(run_->status) << run_->status.error().message;
  EXPECT_EQ(run_->sink.Find(GetParam().series), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HostFixtureTest,
    testing::Values(
        Case{"Load", "node_load15", 2.75},
        Case{"CpuIdle", R"(node_cpu_seconds_total{cpu="1", mode="idle"})", 50},
        Case{"CpuGuest", R"(node_cpu_guest_seconds_total{cpu="0", mode="user"})", 0.03},
        Case{"NoSumOfCpus", R"(node_cpu_seconds_total{mode="idle"})", std::nullopt},
        Case{"BootTime", "node_boot_time_seconds", 1'700'000'000},
        Case{"Interrupts", "node_intr_total", 123456},
        Case{"HungTasks", "node_kernel_hung_tasks_total", 2},
        Case{"Memory", "node_memory_MemAvailable_bytes", 1024000.0 * 1024},
        Case{"MemoryBrackets", "node_memory_Active_anon_bytes", 64000.0 * 1024},
        Case{"MemoryPages", "node_memory_HugePages_Total", 4},
        Case{"MemoryOfANewKernel", "node_memory_NewField_bytes", 1000.0 * 1024},
        Case{"MemoryAbsent", "node_memory_SwapTotal_bytes", std::nullopt},
        Case{"DiskBytes", R"(node_disk_read_bytes_total{device="sda"})", 1'024'000},
        Case{"DiskTime", R"(node_disk_io_time_seconds_total{device="sda"})", 2.5},
        Case{"DiskFlush", R"(node_disk_flush_requests_time_seconds_total{device="sda"})", 0.125},
        Case{"DiskInfo",
             R"(node_disk_info{device="sda", major="8", minor="0", model="FastDisk", )"
             R"(rotational="0", serial="SN1"})",
             1},
        Case{"NoPartition", R"(node_disk_read_bytes_total{device="sda1"})", std::nullopt},
        Case{"NoLoopDevice", R"(node_disk_read_bytes_total{device="loop0"})", std::nullopt},
        Case{"NetworkIn", R"(node_network_receive_multicast_total{device="eth0"})", 6},
        Case{"NetworkOut", R"(node_network_transmit_compressed_total{device="eth0"})", 13},
        Case{"NetworkNoHandler", R"(node_network_receive_nohandler_total{device="eth0"})", 7},
        Case{"NetworkFlags", R"(node_network_flags{device="eth0"})", 0x1003},
        Case{"NetworkSpeed", R"(node_network_speed_bytes{device="eth0"})", 125'000'000},
        Case{"NetworkUnknownSpeed", R"(node_network_speed_bytes{device="lo"})", std::nullopt},
        Case{"NetworkUp", R"(node_network_up{device="eth0"})", 1},
        Case{"NetworkInfo",
             R"(node_network_info{address="00:00:5e:00:53:10", adminstate="up", )"
             R"(device="eth0", operstate="up"})",
             1},
        Case{"Tcp", "node_netstat_Tcp_CurrEstab", 13},
        Case{"TcpExt", "node_netstat_TcpExt_ListenDrops", 2},
        Case{"Udp6", "node_netstat_Udp6_InDatagrams", 32},
        Case{"NotShownByThePeer", "node_netstat_TcpExt_Other", std::nullopt},
        Case{"Sockets", "node_sockstat_sockets_used", 120},
        Case{"SocketsTimeWait", "node_sockstat_TCP_tw", 2},
        Case{"Sockets6", "node_sockstat_TCP6_inuse", 6},
        Case{"Softnet", R"(node_softnet_processed_total{cpu="1"})", 255},
        Case{"Arp", R"(node_arp_entries{device="eth0"})", 2},
        Case{"UdpQueue", R"(node_udp_queues{ip="v4", queue="tx"})", 0x11},
        Case{"NoUdp6", R"(node_udp_queues{ip="v6", queue="tx"})", std::nullopt},
        Case{"Conntrack", "node_nf_conntrack_entries_limit", 65536},
        Case{"ConntrackSum", "node_nf_conntrack_stat_invalid", 15},
        Case{"FileHandles", "node_filefd_maximum", 131072},
        Case{"Entropy", "node_entropy_available_bits", 200},
        Case{"Pressure", "node_pressure_io_stalled_seconds_total", 1},
        Case{"PressureCpu", "node_pressure_cpu_waiting_seconds_total", 2.5},
        Case{"Vmstat", "node_vmstat_oom_kill", 1},
        Case{"Clock", R"(node_time_clocksource_current_info{clocksource="tsc", device="0"})", 1},
        Case{"Os",
             R"(node_os_info{id="shop", id_like="debian", name="Shop Linux", )"
             R"(pretty_name="Shop \"Linux\" 12", version_id="12.4.1"})",
             1},
        Case{"OsVersion",
             R"(node_os_version{id="shop", id_like="debian", name="Shop Linux"})",
             12.4},
        Case{"Selinux", "node_selinux_enabled", 0},
        Case{"MountReadOnly",
             R"(node_filesystem_readonly{device="/dev/sda2", fstype="xfs", mountpoint="/data"})",
             1},
        Case{"MountError",
             R"(node_filesystem_device_error{device="/dev/sda3", )"
             R"(device_error="No such file or directory", fstype="ext4", )"
             R"(mountpoint="/not there"})",
             1},
        Case{"MountInfo",
             R"(node_filesystem_mount_info{device="/dev/sda1", major="8", minor="1", )"
             R"(mountpoint="/"})",
             1},
        Case{"NoProcMount",
             R"(node_filesystem_device_error{device="proc", fstype="proc", mountpoint="/proc"})",
             std::nullopt},
        Case{"PartWorks", R"(node_scrape_collector_success{collector="meminfo"})", 1}),
    [](const auto& row) { return row.param.name; });

constexpr std::string_view kGroups =
    "enable: [cgroup, namedprocess]\n"
    "cgroups: [/shop.slice/*.service, /none/*]\n"
    "processes:\n"
    "  - {exe: [postgres]}\n"
    "  - {cmdline: ['pool (?P<Pool>\\w+)'], name: 'php-{{.Matches.Pool}}'}\n"
    "  - {comm: [nobody-runs-this], name: idle}\n";

class HostGroupsTest : public HostFixtureTest {
 protected:
  static void SetUpTestSuite() { run_ = Collect(std::string(kFixtures) + std::string(kGroups)); }
};

TEST_P(HostGroupsTest, Shows) {
  ASSERT_TRUE(run_->status) << run_->status.error().message;
  EXPECT_THAT(run_->sink.Duplicates(), IsEmpty());
  EXPECT_EQ(run_->sink.Find(GetParam().series), GetParam().want);
}

/// A series of the group that the fixtures' own process is in.
std::string OfWeb(const std::string& name, const std::string& labels = "") {
  return name + "{" + labels + R"(id="/shop.slice/web.service"})";
}

INSTANTIATE_TEST_SUITE_P(
    Cgroups,
    HostGroupsTest,
    testing::Values(
        Case{"Memory", OfWeb("container_memory_usage_bytes"), 209715200},
        Case{"MemoryLimit", OfWeb("container_spec_memory_limit_bytes"), 268435456},
        Case{"WorkingSet", OfWeb("container_memory_working_set_bytes"), 157286400},
        Case{"Rss", OfWeb("container_memory_rss"), 104857600},
        Case{"NoSwapLimit", OfWeb("container_spec_memory_swap_limit_bytes"), std::nullopt},
        Case{"Swap", OfWeb("container_memory_swap"), 0},
        Case{"OomKills", OfWeb("container_oom_events_total"), 1},
        Case{"Cpu",
             R"(container_cpu_usage_seconds_total{cpu="total", id="/shop.slice/web.service"})",
             12.5},
        Case{"Throttled", OfWeb("container_cpu_cfs_throttled_seconds_total"), 0.35},
        Case{"Quota", OfWeb("container_spec_cpu_quota"), 50000},
        Case{"Period", OfWeb("container_spec_cpu_period"), 100000},
        Case{"Threads", OfWeb("container_threads"), 9},
        Case{"NoThreadsLimit", OfWeb("container_threads_max"), std::nullopt},
        Case{"Io",
             R"(container_fs_writes_bytes_total{device="/dev/sda", id="/shop.slice/web.service"})",
             8192},
        Case{"Pressure", OfWeb("container_pressure_memory_stalled_seconds_total"), 0.5},
        Case{"Other", R"(container_memory_usage_bytes{id="/shop.slice/worker.service"})", 1048576},
        Case{"OtherNoQuota",
             R"(container_spec_cpu_quota{id="/shop.slice/worker.service"})",
             std::nullopt},
        Case{"NothingLeftOut", R"(sidewatch_host_left_out{collector="cgroup"})", 0}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Processes,
    HostGroupsTest,
    testing::Values(
        Case{"Number", R"(namedprocess_namegroup_num_procs{groupname="postgres"})", 2},
        Case{"Cpu",
             R"(namedprocess_namegroup_cpu_seconds_total{groupname="postgres", mode="user"})",
             2.5},
        Case{"Start",
             R"(namedprocess_namegroup_oldest_start_time_seconds{groupname="postgres"})",
             1'700'000'100},
        Case{"Files", R"(namedprocess_namegroup_open_filedesc{groupname="postgres"})", 8},
        Case{"WorstFiles", R"(namedprocess_namegroup_worst_fd_ratio{groupname="postgres"})", 0.75},
        Case{"Virtual",
             R"(namedprocess_namegroup_memory_bytes{groupname="postgres", memtype="virtual"})",
             3'000'000},
        Case{"Swapped",
             R"(namedprocess_namegroup_memory_bytes{groupname="postgres", memtype="swapped"})",
             4096},
        Case{"Written", R"(namedprocess_namegroup_write_bytes_total{groupname="postgres"})", 8193},
        Case{"Switches",
             R"(namedprocess_namegroup_context_switches_total{ctxswitchtype="voluntary", )"
             R"(groupname="postgres"})",
             8},
        Case{"Running",
             R"(namedprocess_namegroup_states{groupname="postgres", state="Running"})",
             1},
        Case{"Waiting",
             R"(namedprocess_namegroup_states{groupname="php-shop", state="Waiting"})",
             1},
        Case{"ThreadsOfAGroup", R"(namedprocess_namegroup_num_threads{groupname="php-shop"})", 4},
        Case{"NotReadable",
             R"(namedprocess_namegroup_open_filedesc{groupname="php-shop"})",
             std::nullopt},
        Case{"NotReadableIsCounted", "namedprocess_scrape_partial_errors", 2},
        Case{"NobodyIsZero", R"(namedprocess_namegroup_num_procs{groupname="idle"})", 0},
        Case{"NobodyHasNoStart",
             R"(namedprocess_namegroup_oldest_start_time_seconds{groupname="idle"})",
             std::nullopt},
        Case{"NotNamed", R"(namedprocess_namegroup_num_procs{groupname="mystery"})", std::nullopt}),
    [](const auto& row) { return row.param.name; });

TEST(HostTest, AMissingFileCostsOnlyItsPart) {
  const auto run = Collect("procfs: /nowhere\nsysfs: tests/fixtures/host/sys\nrootfs: /nowhere\n");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(node_scrape_collector_success{collector="meminfo"})"), 0);
  EXPECT_EQ(run->sink.Find(R"(node_scrape_collector_success{collector="netclass"})"), 1);
}

TEST(HostTest, NothingReadableIsAFailure) {
  const auto run = Collect("procfs: /nowhere\nenable: [meminfo, loadavg]\n");
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(run->status.error().message, HasSubstr("/nowhere/loadavg"));
}

TEST(HostTest, RefusesWhatItDoesNotKnow) {
  const SystemClock clock;
  const auto made = MakeCollector(kHostSpec, "enable: [memory]\ndisks_exclude: \"(\"\n", clock);
  EXPECT_EQ(made.collector, nullptr);
  EXPECT_THAT(made.errors,
              ElementsAre(HasSubstr("test.yml:2:16: bad regular expression \"(\""),
                          HasSubstr("test.yml:1:9: no part \"memory\"; there are arp, ")));
}

TEST(HostTest, HasTheNamesTypesAndLabelsOfThePeer) {
  std::set<std::string> shapes = Collect("{}")->sink.Shapes();
  const std::set<std::string> of_fixtures = Collect(kFixtures)->sink.Shapes();
  shapes.insert(of_fixtures.begin(), of_fixtures.end());
  const testkit::ParityReport report = testkit::CompareWithParity("node_exporter.txt", {}, shapes);
  ASSERT_TRUE(report.readable) << "../shared/parity is not there";
  fmt::print("parity: {} match, {} are missing\n  {}\n",
             report.matched,
             report.missing.size(),
             fmt::join(report.missing, "\n  "));
  // The textfile collector has a folder of its own.
  EXPECT_THAT(report.missing, ElementsAre("node_textfile_scrape_error\tgauge\t"));
}

TEST(HostTest, ThisMachineGivesNoSeriesTwice) {
  EXPECT_THAT(Collect("{}")->sink.Duplicates(), IsEmpty());
}

}  // namespace
}  // namespace sidewatch::host
