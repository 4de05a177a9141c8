#include "exporter/promql/unique_rows.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "exporter/promql/query_context.h"

namespace sidewatch::promql {
namespace {

constexpr std::array<std::string_view, 3> kMetadata = {"__name__", "__type__", "__unit__"};

bool MayHaveEqual(std::span<const RowHead> heads) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(heads.size());
  for (const RowHead& head : heads) {
    hashes.push_back(head.labels.Hash());
  }
  std::ranges::sort(hashes);
  return std::ranges::adjacent_find(hashes) != hashes.end();
}

tl::unexpected<Error> SameLabels() {
  return Fail(ErrorCode::kInvalidArgument, "vector cannot contain metrics with the same labelset");
}

Status MergeInto(RowOut into, RowView from) {
  for (std::size_t step = 0; step < into.steps(); ++step) {
    if (from.present[step] == 0) {
      continue;
    }
    if (into.present[step] != 0) {
      return SameLabels();
    }
    into.Put(step, from.values[step]);
  }
  return {};
}

}  // namespace

bool IsMetadataLabel(std::string_view name) {
  return name.starts_with("__") && std::ranges::find(kMetadata, name) != kMetadata.end();
}

LabelSet WithoutName(const LabelSet& labels) {
  std::vector<Label> kept;
  kept.reserve(labels.size());
  for (const Label label : labels) {
    if (!IsMetadataLabel(label.name)) {
      kept.push_back(label);
    }
  }
  return kept.size() == labels.size() ? labels : LabelSet::FromSorted(kept);
}

namespace {

/// Whether its metric name is `name`, and it has no other metadata.
bool IsNamedOnly(const LabelSet& labels, std::string_view name) {
  std::string_view found;
  for (const Label label : labels) {
    if (label.name > kMetadata.back()) {
      break;
    }
    if (label.name == kMetadata.front()) {
      found = label.value;
    } else if (IsMetadataLabel(label.name)) {
      return false;
    }
  }
  return found == name;
}

}  // namespace

bool HaveSameName(std::span<const RowHead> heads) {
  if (heads.empty()) {
    return true;
  }
  const std::string_view name = heads.front().labels.Get(kMetricName);
  return std::ranges::all_of(heads,
                             [&](const RowHead& head) { return IsNamedOnly(head.labels, name); });
}

Result<RowSourcePtr> MergeEqualRows(QueryContext& context, RowSourcePtr source, EqualRows equal) {
  if (!MayHaveEqual(source->heads())) {
    return source;
  }
  auto merged = std::make_unique<Matrix>(context, source->steps());
  std::unordered_map<LabelSet, std::size_t, LabelSetHash> rows;
  RowBuffer buffer(source->steps());
  for (std::size_t i = 0; i < source->size(); ++i) {
    SW_TRY(source->Fill(i, buffer.out()));
    if (!buffer.view().AnyPresent()) {
      continue;
    }
    const RowHead& head = source->head(i);
    const auto [found, is_new] = rows.try_emplace(head.labels, merged->size());
    if (!is_new && equal == EqualRows::kRefuse) {
      return SameLabels();
    }
    SW_TRY(is_new ? merged->AddRow(head) : Status());
    merged->mutable_heads()[found->second].drop_name |= head.drop_name;
    SW_TRY(MergeInto(merged->row(found->second), buffer.view()));
  }
  return RowSourcePtr(std::move(merged));
}

Result<RowSourcePtr> RemoveDelayedNames(QueryContext& context, RowSourcePtr source) {
  if (!context.options().delayed_name_removal) {
    return source;
  }
  for (RowHead& head : source->mutable_heads()) {
    if (head.drop_name) {
      head.labels = WithoutName(head.labels);
    }
  }
  return MergeEqualRows(context, std::move(source));
}

}  // namespace sidewatch::promql
