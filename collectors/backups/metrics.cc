#include "collectors/backups/metrics.h"

#include <array>

namespace sidewatch::backups {
namespace {

constexpr std::string_view kBackupLabels[] = {"backup"};
constexpr std::string_view kSetLabels[] = {"backup", "file"};
constexpr std::string_view kStateLabels[] = {"backup", "file", "state"};
constexpr std::string_view kReasonLabels[] = {"backup", "file", "reason"};

}  // namespace

constexpr MetricDescriptor kLastSuccess = {
    .name = "backup_last_success_timestamp_seconds",
    .type = MetricType::kGauge,
    .labels = kSetLabels,
    .help = "Time of the newest good backup: the date in its name, else when it was last written.",
    .source = "the name's date fields, or st_mtime"};

constexpr MetricDescriptor kAge = {.name = "backup_age_seconds",
                                   .type = MetricType::kGauge,
                                   .labels = kSetLabels,
                                   .help = "Time since the newest good backup.",
                                   .source = "the clock, less the time of the newest good backup"};

constexpr MetricDescriptor kSize = {.name = "backup_size_bytes",
                                    .type = MetricType::kGauge,
                                    .labels = kSetLabels,
                                    .help = "Size of the newest complete backup.",
                                    .source = "st_size; of a folder the sum of its files"};

constexpr MetricDescriptor kSizeMedian = {
    .name = "backup_size_median_bytes",
    .type = MetricType::kGauge,
    .labels = kSetLabels,
    .help = "Median size of up to ten backups before the newest.",
    .source = "the sizes of earlier backups, remembered over restarts"};

constexpr MetricDescriptor kFiles = {.name = "backup_files",
                                     .type = MetricType::kGauge,
                                     .labels = kSetLabels,
                                     .help = "Backups that there are.",
                                     .source = "the names that match the path"};

constexpr MetricDescriptor kOldest = {.name = "backup_oldest_timestamp_seconds",
                                      .type = MetricType::kGauge,
                                      .labels = kSetLabels,
                                      .help = "Time of the oldest backup that there is.",
                                      .source = "the name's date fields, or st_mtime"};

constexpr MetricDescriptor kVerified = {.name = "backup_verified",
                                        .type = MetricType::kGauge,
                                        .labels = kSetLabels,
                                        .help =
                                            "1 if the newest backup could be read to its end, 0 if "
                                            "it is damaged; absent until it was read.",
                                        .source = "reading the file once"};

constexpr MetricDescriptor kExpected = {.name = "backup_expected_timestamp_seconds",
                                        .type = MetricType::kGauge,
                                        .labels = kSetLabels,
                                        .help = "When the last backup was due.",
                                        .source = "the schedule"};

constexpr MetricDescriptor kNextExpected = {.name = "backup_next_expected_timestamp_seconds",
                                            .type = MetricType::kGauge,
                                            .labels = kSetLabels,
                                            .help = "When the next backup will be due.",
                                            .source = "the schedule"};

constexpr MetricDescriptor kState = {
    .name = "backup_state",
    .type = MetricType::kGauge,
    .labels = kStateLabels,
    .help = "1 for the state that the backup is in: ok, due, late or missed.",
    .source = "the schedule, its grace and the newest good backup"};

constexpr MetricDescriptor kMissedTotal = {
    .name = "backup_missed_total",
    .type = MetricType::kCounter,
    .labels = kSetLabels,
    .help = "Due times whose grace passed without a good backup.",
    .source = "the schedule and the good backups; counted over restarts"};

constexpr MetricDescriptor kErrors = {
    .name = "backup_errors_total",
    .type = MetricType::kCounter,
    .labels = kReasonLabels,
    .help = "Faults found, each counted once.",
    .source = "the folder, the files and what verifying them found; counted over restarts"};

constexpr MetricDescriptor kProblem = {
    .name = "backup_problem",
    .type = MetricType::kGauge,
    .labels = kReasonLabels,
    .help = "1 while something is wrong with the backup, by reason.",
    .source = "the folder, the files and what verifying them found"};

constexpr MetricDescriptor kFree = {
    .name = "backup_free_bytes",
    .type = MetricType::kGauge,
    .labels = kBackupLabels,
    .help = "Free space of the file system of the backups, for users without privileges.",
    .source = "statvfs: f_bavail * f_frsize"};

constexpr MetricDescriptor kMaxAge = {.name = "backup_max_age_seconds",
                                      .type = MetricType::kGauge,
                                      .labels = kBackupLabels,
                                      .help = "How old the newest good backup may become.",
                                      .source = "the configuration's max_age"};

constexpr MetricDescriptor kMinSize = {.name = "backup_min_size_bytes",
                                       .type = MetricType::kGauge,
                                       .labels = kBackupLabels,
                                       .help = "How small a backup may be.",
                                       .source = "the configuration's min_size"};

constexpr MetricDescriptor kKeepSeconds = {.name = "backup_keep_seconds",
                                           .type = MetricType::kGauge,
                                           .labels = kBackupLabels,
                                           .help = "How far back the backups should reach.",
                                           .source = "the configuration's keep"};

constexpr MetricDescriptor kKeepFiles = {.name = "backup_keep_files",
                                         .type = MetricType::kGauge,
                                         .labels = kBackupLabels,
                                         .help = "How many backups there should be.",
                                         .source = "the configuration's keep"};

constexpr MetricDescriptor kVerifies = {
    .name = "backup_verification_enabled",
    .type = MetricType::kGauge,
    .labels = kBackupLabels,
    .help = "1 if each backup is read once to verify it, 0 if the configuration says not to.",
    .source = "the configuration's verify"};

std::span<const MetricDescriptor> AllMetrics() {
  static constexpr std::array kAll = {kLastSuccess,
                                      kAge,
                                      kSize,
                                      kSizeMedian,
                                      kFiles,
                                      kOldest,
                                      kVerified,
                                      kExpected,
                                      kNextExpected,
                                      kState,
                                      kMissedTotal,
                                      kErrors,
                                      kProblem,
                                      kFree,
                                      kMaxAge,
                                      kMinSize,
                                      kKeepSeconds,
                                      kKeepFiles,
                                      kVerifies};
  static_assert(DescriptorsAreSound(kAll));
  return kAll;
}

}  // namespace sidewatch::backups
