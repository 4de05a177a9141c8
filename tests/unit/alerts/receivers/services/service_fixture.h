#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alerts/receivers/builtin.h"
#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {

/// Makes receivers of any kind by its key.
class ServiceFixture {
 public:
  static const ReceiverSpec* Find(std::string_view key) {
    for (const ReceiverSpec* spec : BuiltinReceivers()) {
      if (spec->key == key) {
        return spec;
      }
    }
    return nullptr;
  }

  /// What reading one entry of `key` finds wrong, a line each.
  std::string ErrorsOf(std::string_view key, std::string_view yaml, std::string_view global) {
    config::Diagnostics diagnostics;
    Make(key, yaml, global, diagnostics);
    return testkit::Errors(diagnostics);
  }

  Delivery Send(std::string_view key, std::string_view yaml, const Notification& notification) {
    config::Diagnostics diagnostics;
    const auto receiver = Make(key, yaml, "{}", diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
    return receiver->Send(notification, {}, {});
  }

  nlohmann::json Body(std::size_t call = 0) const {
    return nlohmann::json::parse(fixture.tape->calls.at(call).body);
  }

  testkit::ReceiverFixture fixture;

 private:
  std::unique_ptr<Receiver> Make(std::string_view key,
                                 std::string_view yaml,
                                 std::string_view global_yaml,
                                 config::Diagnostics& diagnostics) {
    const ReceiverSpec* spec = Find(key);
    const config::Node global = testkit::Yaml(global_yaml, diagnostics);
    {
      config::MapReader map(global, diagnostics);
      spec->check_global(map);
    }
    config::MapReader map(testkit::Yaml(yaml, diagnostics), diagnostics);
    return spec->create(map, global, fixture.deps);
  }
};

}  // namespace sidewatch::alerts
