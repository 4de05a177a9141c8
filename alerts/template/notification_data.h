#pragma once

#include <string>
#include <vector>

#include "alerts/model/notification.h"
#include "alerts/template/value.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {

// What notification templates see, as Alertmanager's template package has it.
extern const Type kLabelsType;        ///< KV: a map with SortedPairs, Names, Values, Remove.
extern const Type kPairsType;         ///< A list of pairs, printed `a=1, b=2`.
extern const Type kPairType;          ///< Name, Value.
extern const Type kNamesType;         ///< A list of texts with Join.
extern const Type kAlertsType;        ///< A list of alerts with Firing and Resolved.
extern const Type kAlertType;         ///< Status, Labels, Annotations, StartsAt, EndsAt, …
extern const Type kNotificationType;  ///< The dot of a notification template.

/// The labels as a KV.
Value MakeLabels(const LabelSet& labels);

/// One alert as templates see it.
struct AlertView {
  std::string status;
  Value labels;
  Value annotations;
  TimeValue starts_at;
  TimeValue ends_at;  ///< The zero time for an alert that fires.
  std::string generator_url;
  std::string fingerprint;
};

Value MakeAlert(const AlertView& alert);

/// The parts of the data object, for tests and for callers that have them already.
struct NotificationView {
  std::string receiver;
  std::string status;
  std::vector<Value> alerts;
  Value group_labels;
  Value common_labels;
  Value common_annotations;
  std::string external_url;
  Value route_labels;
  std::string reason;
};

Value MakeNotification(NotificationView view);

/// The data object of a notification: the receiver's name with the signs of regular expressions
/// escaped, the labels and annotations that all alerts have in common, each alert's status.
Value MakeNotificationData(const Notification& notification, const std::string& external_url);

}  // namespace sidewatch::alerts::templates
