#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `msteamsv2_configs`: an adaptive card posted to a Teams workflow.
extern const ReceiverSpec kMsteamsv2Spec;

}  // namespace sidewatch::alerts
