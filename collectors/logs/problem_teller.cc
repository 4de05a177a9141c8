#include "collectors/logs/problem_teller.h"

namespace sidewatch::logs {

void ProblemTeller::Tell(const std::vector<FileProblem>& problems) {
  std::set<Key> now;
  for (const FileProblem& problem : problems) {
    now.emplace(problem.path, problem.reason);
  }
  for (const Key& key : now) {
    if (before_.count(key) > 0 && told_.insert(key).second) {
      log_.Warn("log file cannot be read",
                {{"log", log_name_}, {"file", key.first}, {"reason", key.second}});
    }
  }
  for (auto key = told_.begin(); key != told_.end();) {
    if (now.count(*key) > 0) {
      ++key;
      continue;
    }
    log_.Info("log file can be read again",
              {{"log", log_name_}, {"file", key->first}, {"reason", key->second}});
    key = told_.erase(key);
  }
  before_ = std::move(now);
}

}  // namespace sidewatch::logs
