#pragma once

#include <span>

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// The one list of the receiver kinds that are compiled in.
std::span<const ReceiverSpec* const> BuiltinReceivers();

}  // namespace sidewatch::alerts
