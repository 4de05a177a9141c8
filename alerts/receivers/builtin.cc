#include "alerts/receivers/builtin.h"

#include <array>

#include "alerts/receivers/email/email.h"
#include "alerts/receivers/slack/slack.h"

namespace sidewatch::alerts {

std::span<const ReceiverSpec* const> BuiltinReceivers() {
  static constexpr std::array<const ReceiverSpec*, 2> kSpecs = {
      &kSlackSpec,
      &kEmailSpec,
  };
  return kSpecs;
}

}  // namespace sidewatch::alerts
