#pragma once

#include "collectors/host/part.h"

namespace sidewatch::host {

extern const Part kArpPart;
extern const Part kCgroupPart;
extern const Part kConntrackPart;
extern const Part kCpuPart;
extern const Part kDiskstatsPart;
extern const Part kEntropyPart;
extern const Part kFilefdPart;
extern const Part kFilesystemPart;
extern const Part kLoadavgPart;
extern const Part kMeminfoPart;
extern const Part kNamedprocessPart;
extern const Part kNetclassPart;
extern const Part kNetdevPart;
extern const Part kNetstatPart;
extern const Part kOsPart;
extern const Part kPressurePart;
extern const Part kSelinuxPart;
extern const Part kSockstatPart;
extern const Part kSoftnetPart;
extern const Part kStatPart;
extern const Part kTimePart;
extern const Part kTimexPart;
extern const Part kUdpQueuesPart;
extern const Part kUnamePart;
extern const Part kVmstatPart;

}  // namespace sidewatch::host
