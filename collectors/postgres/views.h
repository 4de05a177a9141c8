#pragma once

#include <span>

#include "collectors/postgres/view.h"

namespace sidewatch::postgres {

extern const View kActivityView;
extern const View kArchiverView;
extern const View kAutovacuumView;
extern const View kBgwriterView;
extern const View kBlockedSessionsView;
extern const View kBlockingSessionsView;
extern const View kBuffercacheView;
extern const View kCheckpointerView;
extern const View kConflictsView;
extern const View kDatabaseView;
extern const View kIndexSizesView;
extern const View kLocksView;
extern const View kLongRunningView;
extern const View kPostmasterView;
extern const View kProcessIdleView;
extern const View kProgressVacuumView;
extern const View kReplicationView;
extern const View kReplicationSlotsView;
extern const View kRolesView;
extern const View kSettingsView;
extern const View kStatDatabaseView;
extern const View kStatReplicationView;
extern const View kStatementsView;
extern const View kStatementTextsView;
extern const View kStaticView;
extern const View kUserIndexesIoView;
extern const View kUserTablesView;
extern const View kUserTablesIoView;
extern const View kWalView;
extern const View kWalReceiverView;
extern const View kWraparoundView;

/// Everything that can be read from a server.
std::span<const View* const> AllViews();

}  // namespace sidewatch::postgres
