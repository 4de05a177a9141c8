#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `email_configs`: mail over SMTP with STARTTLS or TLS.
extern const ReceiverSpec kEmailSpec;

}  // namespace sidewatch::alerts
