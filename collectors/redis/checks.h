#pragma once

#include <span>
#include <string_view>

#include "collectors/redis/check_run.h"

namespace sidewatch::redis {

/// Something that the configuration asks for and that takes more round trips. It has at most
/// `check_limit` of each thing, ends with the run's deadline, and fails without failing the run.
struct Check {
  std::string_view name;  ///< The configuration's key.
  std::span<const MetricDescriptor> metrics;
  bool (*wanted)(const CheckOptions& options);
  void (*collect)(CheckRun& run, const ReadContext& context, scrape::SampleSink& sink);
};

std::span<const Check* const> Checks();

extern const Check kClientListCheck;
extern const Check kCountKeysCheck;
extern const Check kKeysCheck;
extern const Check kStreamsCheck;

/// A text as a label's value: what is not UTF-8 is written `\xff`, so that no two are the same.
std::string LabelText(std::string_view text);

/// The label `db` of a database.
std::string DatabaseLabel(int database);

}  // namespace sidewatch::redis
