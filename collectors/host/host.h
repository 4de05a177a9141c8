#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::host {

/// The Linux machine itself, as node_exporter's default collectors show it.
///
/// Keys: `procfs`, `sysfs`, `rootfs` (other roots, for a container that mounts its host's);
/// `enable`, if given the only parts, and `disable`, such as `netclass`; `mount_points_exclude`,
/// `fs_types_exclude`, `disks_exclude`, `network_devices_exclude`, regular expressions in the place
/// of node_exporter's own.
extern const scrape::CollectorSpec kHostSpec;

}  // namespace sidewatch::host
