// One round trip: AUTH, CLIENT SETNAME, INFO and the other commands go out together and are
// answered in their order. The connection is kept; a new one begins with AUTH again.

#include "collectors/redis/redis.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/redis/checks.h"
#include "collectors/redis/connection.h"
#include "collectors/redis/info_fields.h"
#include "collectors/redis/options.h"
#include "collectors/redis/part.h"

namespace sidewatch::redis {

namespace {

constexpr MetricDescriptor kUp =
    Gauge("redis_up", {}, "the run", "1 if the last run reached the server.");

constexpr MetricDescriptor kErrors = Counter("redis_target_scrape_request_errors_total",
                                             {},
                                             "the run",
                                             "Runs that failed since the target was configured.");

// The peer writes it in every run. We read no key groups, so it took none of the time.
constexpr MetricDescriptor kKeyGroups =
    Gauge("redis_last_key_groups_scrape_duration_milliseconds",
          {},
          "the run",
          "Milliseconds that reading key groups took: 0, as none are read.");

constexpr MetricDescriptor kOwnMetrics[] = {kUp, kErrors, kKeyGroups};
static_assert(DescriptorsAreSound(kOwnMetrics));

// How error replies begin that tell about rights: https://redis.io/docs/latest/commands/auth/
constexpr std::string_view kRightsErrors[] = {
    "NOAUTH", "WRONGPASS", "NOPERM", "DENIED", "ERR invalid password"};

bool IsError(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR;
}

std::string_view ErrorText(const redisReply& reply) {
  return {reply.str, reply.len};
}

bool IsAboutRights(std::string_view text) {
  return std::any_of(std::begin(kRightsErrors),
                     std::end(kRightsErrors),
                     [text](std::string_view start) { return text.starts_with(start); });
}

class RedisCollector final : public scrape::Collector {
 public:
  RedisCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)), clock_(deps.clock), problems_(deps.log) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    Status status = CollectFrom(run, sink);
    errors_ += status ? 0 : 1;
    problems_.EndRun();
    problems_.Emit(sink);
    sink.Add(kErrors, errors_);
    sink.Add(kKeyGroups, 0);
    return status;
  }

  std::string Instance() const override { return options_.endpoint.target.ToString(); }

 private:
  /// The commands of a run and what came back.
  struct Exchanged {
    std::vector<const CommandPart*> parts;
    std::vector<ReplyHandle> replies;
    std::size_t info_at = 0;  ///< Before it AUTH and CLIENT SETNAME, behind it the parts.
  };

  Status CollectFrom(const scrape::RunContext& run, scrape::SampleSink& sink);
  Result<Secret> LoadPassword() const;
  Status Ask(const Secret& password, const scrape::RunContext& run, Exchanged& exchanged);
  std::size_t AppendGreeting(const Secret& password, std::string& request) const;
  void AppendParts(Exchanged& exchanged, std::string& request) const;
  Status CheckGreeting(const Exchanged& exchanged, const Secret& password) const;
  tl::unexpected<Error> Refused(const redisReply& reply, const Secret& password) const;
  void ReadCommands(const Exchanged& exchanged,
                    const ReadContext& context,
                    scrape::SampleSink& sink);
  void RunChecks(const scrape::RunContext& run,
                 const ReadContext& context,
                 scrape::SampleSink& sink);

  Options options_;
  const Clock& clock_;
  CheckProblems problems_;
  double errors_ = 0;
  std::optional<Connection> connection_;
  std::vector<const CommandPart*> refused_;  ///< By the server of this connection.
};

Result<Secret> RedisCollector::LoadPassword() const {
  if (options_.password.empty()) {
    return options_.endpoint.password;
  }
  return options_.password.Load();
}

/// AUTH if there is a password, and a name that CLIENT LIST shows. Returns how many commands.
std::size_t RedisCollector::AppendGreeting(const Secret& password, std::string& request) const {
  std::size_t count = 0;
  if (!password.empty()) {
    std::vector<std::string_view> words = {"AUTH"};
    if (!options_.endpoint.username.empty()) {
      words.emplace_back(options_.endpoint.username);
    }
    words.emplace_back(password.Reveal());
    AppendCommand(request, words);
    ++count;
  }
  constexpr std::string_view kSetName[] = {"CLIENT", "SETNAME", "sidewatch"};
  AppendCommand(request, kSetName);
  return count + 1;
}

/// Adds INFO and the commands that the server has not refused yet.
void RedisCollector::AppendParts(Exchanged& exchanged, std::string& request) const {
  constexpr std::string_view kInfo[] = {"INFO", "all"};
  AppendCommand(request, kInfo);
  for (const CommandPart* part : CommandParts()) {
    if (std::find(refused_.begin(), refused_.end(), part) == refused_.end()) {
      exchanged.parts.push_back(part);
      AppendCommand(request, part->words);
    }
  }
}

/// A kept connection may have died since the last run: then once more over a new one.
Status RedisCollector::Ask(const Secret& password,
                           const scrape::RunContext& run,
                           Exchanged& exchanged) {
  while (true) {
    const bool kept = connection_.has_value();
    exchanged = Exchanged();
    std::string request;
    if (!kept) {
      SW_TRY_ASSIGN(connection_, Connection::Open(options_.endpoint.target, run));
      refused_.clear();
      exchanged.info_at = AppendGreeting(password, request);
    }
    AppendParts(exchanged, request);
    Status status = connection_->Exchange(
        request, exchanged.info_at + 1 + exchanged.parts.size(), run, exchanged.replies);
    if (status) {
      return status;
    }
    connection_.reset();
    const bool silent = exchanged.replies.empty();
    if (!silent && IsError(*exchanged.replies.back())) {
      // `-DENIED …` or `-ERR max number of clients reached`, said before hanging up.
      return Refused(*exchanged.replies.back(), password);
    }
    if (!kept || !silent || status.error().code != ErrorCode::kUnavailable) {
      return status;
    }
  }
}

tl::unexpected<Error> RedisCollector::Refused(const redisReply& reply,
                                              const Secret& password) const {
  // Old servers repeat the arguments of a command that they do not know.
  std::string text(ErrorText(reply));
  const std::size_t at = password.empty() ? std::string::npos : text.find(password.Reveal());
  if (at != std::string::npos) {
    text.replace(at, std::string::npos, "<secret>");
  }
  const bool rights = IsAboutRights(text);
  return Fail(rights ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
              "Redis at {} refused{}: {}",
              Instance(),
              rights ? " (check username and password)" : "",
              MaskPasswords(text));
}

Status RedisCollector::CheckGreeting(const Exchanged& exchanged, const Secret& password) const {
  const redisReply& info = *exchanged.replies[exchanged.info_at];
  for (std::size_t i = 0; i < exchanged.info_at; ++i) {
    const redisReply& reply = *exchanged.replies[i];
    // AUTH against a server without a password is an error that does not matter.
    const bool auth = i == 0 && !password.empty();
    if (auth && IsError(reply) && (IsError(info) || IsAboutRights(ErrorText(reply)))) {
      return Refused(reply, password);
    }
  }
  if (IsError(info)) {
    return Refused(info, password);
  }
  if (ReplyText(info).empty()) {
    return Fail(ErrorCode::kProtocol, "Redis at {} answered INFO with nothing", Instance());
  }
  return {};
}

void RedisCollector::ReadCommands(const Exchanged& exchanged,
                                  const ReadContext& context,
                                  scrape::SampleSink& sink) {
  for (std::size_t i = 0; i < exchanged.parts.size(); ++i) {
    const redisReply& reply = *exchanged.replies[exchanged.info_at + 1 + i];
    if (!IsError(reply)) {
      exchanged.parts[i]->read(reply, context, sink);
    } else if (!ErrorText(reply).starts_with("LOADING")) {
      refused_.push_back(exchanged.parts[i]);
    }
  }
}

/// What they find is shown besides the server's own numbers, whatever becomes of them: they end
/// before the run has to.
void RedisCollector::RunChecks(const scrape::RunContext& run,
                               const ReadContext& context,
                               scrape::SampleSink& sink) {
  const scrape::RunContext checks{.stop = run.stop,
                                  .deadline = run.deadline - (run.deadline - clock_.Steady()) / 5};
  for (const Check* check : Checks()) {
    if (!connection_ || !check->wanted(options_.checks)) {
      continue;
    }
    CheckRun one{.check = check->name,
                 .options = options_.checks,
                 .connection = *connection_,
                 .run = checks,
                 .problems = problems_};
    check->collect(one, context, sink);
    if (one.broken) {
      connection_.reset();
    }
  }
}

Status RedisCollector::CollectFrom(const scrape::RunContext& run, scrape::SampleSink& sink) {
  SW_TRY_ASSIGN(const Secret password, LoadPassword());
  Exchanged exchanged;
  SW_TRY(Ask(password, run, exchanged));
  const Status greeted = CheckGreeting(exchanged, password);
  if (!greeted) {
    connection_.reset();
    return greeted;
  }
  const Info info = Info::Parse(ReplyText(*exchanged.replies[exchanged.info_at]));
  const ReadContext context{.info = info, .now = clock_.Now()};
  ReadFields(context, sink);
  for (const InfoPart* part : InfoParts()) {
    part->read(context, sink);
  }
  ReadCommands(exchanged, context, sink);
  RunChecks(run, context, sink);
  return {};
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options = ReadOptions(target);
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<RedisCollector>(std::move(options), deps);
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = [] {
    std::vector<MetricDescriptor> all(std::begin(kOwnMetrics), std::end(kOwnMetrics));
    for (const std::span<const InfoMetric> section : AllFields()) {
      for (const InfoMetric& row : section) {
        all.push_back(row.metric);
      }
    }
    for (const InfoPart* part : InfoParts()) {
      all.insert(all.end(), part->metrics.begin(), part->metrics.end());
    }
    for (const CommandPart* part : CommandParts()) {
      all.insert(all.end(), part->metrics.begin(), part->metrics.end());
    }
    for (const Check* check : Checks()) {
      all.insert(all.end(), check->metrics.begin(), check->metrics.end());
    }
    all.insert(all.end(), CheckProblemMetrics().begin(), CheckProblemMetrics().end());
    return all;
  }();
  return kAll;
}

}  // namespace

const scrape::CollectorSpec kRedisSpec = {
    .kind = "redis",
    .default_job = "redis",
    .summary = "Redis and Valkey: memory, clients, keys, commands, persistence and replication.",
    .metrics = AllMetrics(),
    .up = &kUp,
    .create = &Create,
};

}  // namespace sidewatch::redis
