#include "collectors/postgres/views.h"

#include <array>

namespace sidewatch::postgres {

std::span<const View* const> AllViews() {
  static constexpr std::array kViews = {
      &kDatabaseView,         &kStatDatabaseView,    &kConflictsView,
      &kActivityView,         &kLocksView,           &kBlockedSessionsView,
      &kBlockingSessionsView, &kSettingsView,        &kStaticView,
      &kReplicationView,      &kStatReplicationView, &kReplicationSlotsView,
      &kWalReceiverView,      &kArchiverView,        &kWalView,
      &kBgwriterView,         &kCheckpointerView,    &kRolesView,
      &kLongRunningView,      &kPostmasterView,      &kProcessIdleView,
      &kWraparoundView,       &kAutovacuumView,      &kUserTablesView,
      &kUserTablesIoView,     &kUserIndexesIoView,   &kProgressVacuumView,
      &kIndexSizesView,       &kStatementsView,      &kStatementTextsView,
      &kBuffercacheView,
  };
  return kViews;
}

}  // namespace sidewatch::postgres
