#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "exporter/api/ast_json.h"
#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"
#include "exporter/api/params.h"
#include "exporter/api/result_json.h"

namespace sidewatch::api {

namespace {

using net::HttpRequest;
using net::HttpResponse;
using promql::QueryResult;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::int64_t kMaxSteps = 11'000;
constexpr std::size_t kLongestQuery = 64 * 1024;

/// Times of one query for `stats`.
struct Timings {
  double prepare_seconds = 0;
  double queue_seconds = 0;
  double evaluate_seconds = 0;
};

/// What an answer is made of, kept until it is sent.
struct Answer {
  QueryResult result;
  Timings timings;
  bool per_step = false;  ///< Of the counted samples.
};

void WriteSampleCounts(JsonWriter& json, const promql::SampleCounts& counts, bool per_step) {
  json.Key("samples").BeginObject();
  if (per_step) {
    json.Key("totalQueryableSamplesPerStep").BeginArray();
    for (const auto& [at, count] : counts.per_step) {
      json.BeginArray().Timestamp(at).Number(static_cast<double>(count)).EndArray();
    }
    json.EndArray();
  }
  json.Key("totalQueryableSamples").Number(static_cast<double>(counts.total));
  json.Key("samplesRead").Number(static_cast<double>(counts.read));
  json.Key("peakSamples").Number(static_cast<double>(counts.peak)).EndObject();
}

void WriteStats(JsonWriter& json, const Answer& answer) {
  const Timings& timings = answer.timings;
  const double total = timings.prepare_seconds + timings.evaluate_seconds;
  json.Key("stats").BeginObject().Key("timings").BeginObject();
  json.Key("evalTotalTime").Number(total).Key("resultSortTime").Number(0);
  json.Key("queryPreparationTime").Number(timings.prepare_seconds);
  json.Key("innerEvalTime")
      .Number(timings.evaluate_seconds)
      .Key("execQueueTime")
      .Number(timings.queue_seconds);
  json.Key("execTotalTime").Number(timings.queue_seconds + total).EndObject();
  WriteSampleCounts(json, *answer.result.samples, answer.per_step);
  json.EndObject();
}

/// So that an answer of one piece is not moved while it grows.
std::size_t RoomFor(const QueryResult& result) {
  constexpr std::size_t kOfFrame = 256;
  constexpr std::size_t kOfSeries = 160;
  const auto* vector = std::get_if<promql::VectorValue>(&result.value);
  const std::size_t series = vector == nullptr ? 0 : vector->size();
  return std::min(kOfFrame + series * kOfSeries, kPiece + kPiece / 8);
}

void Stream(const Answer& answer, const net::BodyWriter& write) {
  std::string piece;
  piece.reserve(RoomFor(answer.result));
  JsonWriter json(piece);
  bool alive = true;
  json.BeginObject().Key("status").String("success").Key("data").BeginObject();
  WriteResult(json, answer.result, [&] {
    if (piece.size() >= kPiece) {
      alive = write(piece);
      piece.clear();
    }
    return alive;
  });
  if (answer.result.samples.has_value()) {
    WriteStats(json, answer);
  }
  json.EndObject();
  WriteAnnotations(json, answer.result.warnings, answer.result.infos);
  json.EndObject();
  write(piece);
}

HttpResponse StreamResponse(Answer answer) {
  HttpResponse response;
  response.content_type = "application/json";
  response.stream =
      [kept = std::make_shared<const Answer>(std::move(answer))](const net::BodyWriter& write) {
        Stream(*kept, write);
      };
  return response;
}

/// The engine's options with what this request changes.
Result<promql::EngineOptions> OptionsFor(const ApiDeps& deps, const Params& params) {
  promql::EngineOptions options = deps.engine;
  SW_TRY_ASSIGN(const std::optional<Duration> timeout, params.DurationOf("timeout"));
  if (timeout) {
    options.timeout = std::min(options.timeout, *timeout);
  }
  SW_TRY_ASSIGN(const std::optional<Duration> lookback, params.DurationOf("lookback_delta"));
  if (lookback && *lookback > Duration(0)) {
    options.lookback_delta = *lookback;
  }
  options.count_samples = !params.Get("stats").empty();
  options.per_step_stats = options.per_step_stats && params.Get("stats") == "all";
  return options;
}

Result<promql::PreparedQuery> Prepare(const ApiDeps& deps, const Params& params) {
  const std::string_view text = params.Get("query");
  if (text.size() > kLongestQuery) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid parameter \"query\": it has {} bytes, more than {}; ask for less at once",
                text.size(),
                kLongestQuery);
  }
  Result<promql::PreparedQuery> query = deps.queries == nullptr
                                            ? promql::PreparedQuery::Parse(text, deps.engine.parser)
                                            : deps.queries->Get(text);
  if (!query.has_value()) {
    return FailWith("invalid parameter \"query\"", query.error());
  }
  return query;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A place among the queries at work, and how long it was waited for.
struct Turn {
  std::optional<QueryGate::Place> place;
  double queue_seconds = 0;
};

/// Parsing is part of the work: compiling regular expressions can cost more than the evaluation.
Result<Turn> TakeTurn(const ApiDeps& deps, Duration timeout) {
  Turn turn;
  const auto came = std::chrono::steady_clock::now();
  if (deps.gate != nullptr) {
    SW_TRY_ASSIGN(QueryGate::Place given, deps.gate->Enter(timeout, deps.stop));
    turn.place.emplace(std::move(given));
  }
  turn.queue_seconds = SecondsSince(came);
  return turn;
}

/// For what needs a query's syntax alone.
Result<promql::PreparedQuery> PrepareInTurn(const ApiDeps& deps, const Params& params) {
  SW_TRY_ASSIGN(const Turn turn, TakeTurn(deps, deps.engine.timeout));
  return Prepare(deps, params);
}

/// What is to be said of a query before it is evaluated, as of a wrong parameter.
using Check = Status (*)(const promql::PreparedQuery&);

using Evaluate =
    std::function<Result<QueryResult>(const promql::Engine&, const promql::PreparedQuery&)>;

/// What a request asks for.
struct Asked {
  promql::EngineOptions options;
  std::size_t limit = 0;
  Check check = nullptr;
  Evaluate evaluate;
};

/// Waits for its turn within the query's timeout, which goes on while it is prepared and evaluated.
Result<HttpResponse> Respond(const ApiDeps& deps, const Params& params, Asked asked) {
  promql::EngineOptions& options = asked.options;
  Timings timings;
  Result<Turn> turn = TakeTurn(deps, options.timeout);
  if (!turn.has_value()) {
    return ErrorResponse(turn.error(), Phase::kExecution);
  }
  timings.queue_seconds = turn->queue_seconds;
  const auto prepare_start = std::chrono::steady_clock::now();
  SW_TRY_ASSIGN(const promql::PreparedQuery query, Prepare(deps, params));
  SW_TRY(asked.check(query));
  timings.prepare_seconds = SecondsSince(prepare_start);
  const double gone = timings.queue_seconds + timings.prepare_seconds;
  options.timeout -= Duration(static_cast<Duration::rep>(gone * 1000));
  const auto start = std::chrono::steady_clock::now();
  Result<QueryResult> result = asked.evaluate(promql::Engine(options, deps.clock), query);
  timings.evaluate_seconds = SecondsSince(start);
  turn->place.reset();
  if (!result.has_value()) {
    return ErrorResponse(result.error(), Phase::kExecution);
  }
  Truncate(*result, asked.limit);
  return StreamResponse({std::move(*result), timings, options.per_step_stats});
}

Result<promql::QueryRange> ReadRange(const Params& params) {
  promql::QueryRange range;
  SW_TRY_ASSIGN(range.start, params.Time("start", std::nullopt));
  SW_TRY_ASSIGN(range.end, params.Time("end", std::nullopt));
  if (range.end < range.start) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid parameter \"end\": end timestamp must not be before start time");
  }
  SW_TRY_ASSIGN(const std::chrono::nanoseconds step, params.RequireDuration("step"));
  if (step.count() <= 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid parameter \"step\": zero or negative query resolution step widths are "
                "not accepted. Try a positive integer");
  }
  // In doubles: so many nanoseconds are no integer.
  const double steps = std::chrono::duration<double, std::nano>(range.end - range.start) / step;
  if (steps >= static_cast<double>(kMaxSteps) + 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the "
                "query resolution (?step=XX)");
  }
  // Times are in milliseconds.
  range.step = std::max(std::chrono::duration_cast<Duration>(step), Duration(1));
  return range;
}

Status TakeAny(const promql::PreparedQuery& /*query*/) {
  return {};
}

Status CheckRangeType(const promql::PreparedQuery& query) {
  const promql::ValueType type = promql::TypeOf(query.expr());
  if (type != promql::ValueType::kScalar && type != promql::ValueType::kInstantVector) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid parameter \"query\": invalid expression type \"{}\" for range query, "
                "must be Scalar or instant Vector",
                promql::ValueTypeName(type));
  }
  return {};
}

}  // namespace

Result<HttpResponse> Query(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const std::size_t limit, params.Limit());
  SW_TRY_ASSIGN(const TimePoint at, params.Time("time", deps.clock.Now()));
  SW_TRY_ASSIGN(const promql::EngineOptions options, OptionsFor(deps, params));
  const auto evaluate = [&](const promql::Engine& engine, const promql::PreparedQuery& query) {
    return engine.Instant(deps.storage, query, at, deps.stop);
  };
  return Respond(deps, params, {options, limit, &TakeAny, evaluate});
}

Result<HttpResponse> QueryRange(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const std::size_t limit, params.Limit());
  SW_TRY_ASSIGN(const promql::QueryRange range, ReadRange(params));
  SW_TRY_ASSIGN(const promql::EngineOptions options, OptionsFor(deps, params));
  const auto evaluate = [&](const promql::Engine& engine, const promql::PreparedQuery& query) {
    return engine.Range(deps.storage, query, range, deps.stop);
  };
  return Respond(deps, params, {options, limit, &CheckRangeType, evaluate});
}

Result<HttpResponse> QueryExemplars(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const storage::TimeRange range, params.Range());
  if (range.to < range.from) {
    return Fail(ErrorCode::kInvalidArgument, "end timestamp must not be before start timestamp");
  }
  SW_TRY(PrepareInTurn(deps, params));
  return DataResponse([](JsonWriter& json) { json.BeginArray().EndArray(); });
}

Result<HttpResponse> FormatQuery(const ApiDeps& deps, const HttpRequest& request) {
  SW_TRY_ASSIGN(const promql::PreparedQuery query, PrepareInTurn(deps, Params(request)));
  return DataResponse(
      [&query](JsonWriter& json) { json.String(promql::PrettyPrint(query.expr())); });
}

Result<HttpResponse> ParseQuery(const ApiDeps& deps, const HttpRequest& request) {
  SW_TRY_ASSIGN(const promql::PreparedQuery query, PrepareInTurn(deps, Params(request)));
  return DataResponse([&query](JsonWriter& json) { WriteExpr(json, query.expr()); });
}

}  // namespace sidewatch::api
