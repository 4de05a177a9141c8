#include "collectors/postgres/query_runner.h"

#include <algorithm>
#include <array>

namespace sidewatch::postgres {

namespace {

// With less than this left a query is not begun: the connection would be lost with it.
constexpr Duration kLeast{20};

/// Queries end before the run does, so that the run itself ends in time.
scrape::RunContext WithMargin(const scrape::RunContext& run, const Clock& clock) {
  const auto left = std::max(run.deadline - clock.Steady(), SteadyTime::duration::zero());
  return {.stop = run.stop, .deadline = run.deadline - left / 10};
}

}  // namespace

QueryRunner::QueryRunner(std::vector<UserQuery> queries, const scrape::CollectorDeps& deps)
    : queries_(std::move(queries)),
      target_(deps.target),
      clock_(deps.clock),
      log_(deps.log.Named("postgres")) {
  parts_.reserve(queries_.size());
  for (const UserQuery& query : queries_) {
    parts_.push_back({.name = query.PartName(), .query = query.name});
  }
}

void QueryRunner::Run(const QueryPlace& place,
                      const scrape::RunContext& run,
                      scrape::SampleSink& sink) {
  const scrape::RunContext shorter = WithMargin(run, clock_);
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    const bool here = queries_[i].each_database ? place.wanted : place.main;
    if (here) {
      RunOne(i, place, shorter, sink);
    }
  }
}

void QueryRunner::RunOne(std::size_t index,
                         const QueryPlace& place,
                         const scrape::RunContext& run,
                         scrape::SampleSink& sink) {
  const UserQuery& query = queries_[index];
  Part& part = parts_[index];
  part.tried = true;
  const Place where(index, place.database);
  const auto kept = cached_.find(where);
  if (kept != cached_.end() && clock_.Steady() - kept->second.at < query.cache) {
    for (const MetricFamily& family : kept->second.families) {
      sink.AddFamily(family);
    }
    return;
  }
  const SteadyTime began = clock_.Steady();
  Result<QueryAnswer> answer = Ask(query, place, run);
  part.took += std::chrono::duration_cast<Duration>(clock_.Steady() - began);
  Note(query, where, answer ? answer->problem : answer.error());
  part.ok = part.ok && answer && !answer->problem;
  cached_.erase(where);
  if (!answer) {
    return;
  }
  part.cut += answer->cut;
  if (query.cache > Duration(0) && !answer->problem) {
    cached_[where] = {.families = answer->families, .at = began};
  }
  for (MetricFamily& family : answer->families) {
    sink.AddFamily(std::move(family));
  }
}

Result<QueryAnswer> QueryRunner::Ask(const UserQuery& query,
                                     const QueryPlace& place,
                                     const scrape::RunContext& run) {
  if (run.stop.stop_requested()) {
    return Fail(ErrorCode::kCancelled, "stopped");
  }
  if (run.deadline - clock_.Steady() < kLeast) {
    return Fail(ErrorCode::kDeadlineExceeded,
                "not run: the parts and queries before it took the time of the run; make them "
                "faster, or raise the target's timeout");
  }
  if (!place.session) {
    SW_TRY(place.connect(run));
  }
  const Duration most = query.timeout > Duration(0) ? query.timeout : Duration::max();
  const std::array<std::string, 1> sql = {BoundedSql(query)};
  Replies replies = place.session->Run(sql, run, most);
  if (!replies.status) {
    place.session.reset();
    return Fail(std::move(replies.status).error());
  }
  const Result<ResultHandle>& rows = replies.replies.front().rows;
  if (!rows) {
    return Fail(rows.error());
  }
  return ReadAnswer(query, Rows(**rows), query.each_database ? place.database : std::string());
}

void QueryRunner::Note(const UserQuery& query,
                       const Place& where,
                       const std::optional<Error>& problem) {
  if (!problem) {
    errors_.erase(where);
    return;
  }
  std::string& last = errors_[where];
  if (last != problem->message) {
    last = problem->message;
    log_.Warn("a query of the configuration fails",
              {{"target", target_},
               {"query", query.name},
               {"database", where.second},
               {"error", problem->message}});
  }
}

std::vector<QueryRunner::Part> QueryRunner::TakeReport() {
  std::vector<Part> report;
  report.reserve(parts_.size());
  for (Part& part : parts_) {
    if (part.tried) {
      report.push_back(part);
    }
    part.tried = false;
    part.ok = true;
    part.took = Duration(0);
  }
  return report;
}

}  // namespace sidewatch::postgres
