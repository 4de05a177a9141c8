#include "exporter/exposition/writer.h"

#include <algorithm>

#include "exporter/base/number.h"

namespace sidewatch::exposition {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::string_view kTotal = "_total";

void AppendEscaped(std::string& out, std::string_view text, bool quotes) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\\' && c != '\n' && (c != '"' || !quotes)) {
      continue;
    }
    out += text.substr(begin, i - begin);
    out += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : "\\\"";
    begin = i + 1;
  }
  out += text.substr(begin);
}

void AppendUnderscored(std::string& out, std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    // A character of several bytes becomes one underscore.
    if (letter || (c >= '0' && c <= '9' && i > 0)) {
      out += c;
    } else if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80) {
      out += '_';
    }
  }
}

/// The families of one name, of several targets.
using Group = std::vector<const MetricFamily*>;

class PageWriter {
 public:
  PageWriter(const ContentType& content_type, const PieceSink& sink)
      : content_type_(content_type), sink_(sink) {
    page_.reserve(kPieceBytes + (kPieceBytes >> 2));
  }

  bool gone() const { return gone_; }

  void WriteGroup(const Group& group) {
    const MetricFamily& first = *group.front();
    const bool same_type = std::ranges::all_of(
        group, [&](const MetricFamily* family) { return family->type == first.type; });
    WriteHead(first, same_type ? first.type : MetricType::kUnknown);
    for (const MetricFamily* family : group) {
      for (const MetricSample& sample : family->samples) {
        if (gone_) {
          return;
        }
        WriteSample(sample);
      }
    }
  }

  void Finish() {
    if (open_metrics()) {
      page_ += "# EOF\n";
    }
    Flush();
  }

 private:
  bool open_metrics() const { return content_type_.format == Format::kOpenMetrics; }

  void WriteHead(const MetricFamily& family, MetricType type) {
    std::string_view name = family.name;
    if (open_metrics() && type == MetricType::kCounter) {
      if (name.ends_with(kTotal)) {
        name.remove_suffix(kTotal.size());
      } else {
        type = MetricType::kUnknown;
      }
    }
    if (open_metrics() && type == MetricType::kInfo && name.ends_with("_info")) {
      name.remove_suffix(std::string_view("_info").size());
    }
    WriteHeadLine("# HELP ", name, [&] { AppendEscaped(page_, family.help, open_metrics()); });
    WriteHeadLine("# TYPE ", name, [&] { page_ += TypeText(type); });
    if (open_metrics() && !family.unit.empty() && name.ends_with("_" + family.unit)) {
      WriteHeadLine("# UNIT ", name, [&] { page_ += family.unit; });
    }
  }

  template <typename WriteText>
  void WriteHeadLine(std::string_view keyword, std::string_view name, const WriteText& write_text) {
    page_ += keyword;
    AppendName(name, IsClassicMetricName(name));
    page_ += ' ';
    write_text();
    page_ += '\n';
  }

  std::string_view TypeText(MetricType type) const {
    if (open_metrics()) {
      return MetricTypeName(type);
    }
    switch (type) {
      case MetricType::kCounter:
      case MetricType::kGauge:
      case MetricType::kHistogram:
      case MetricType::kSummary:
        return MetricTypeName(type);
      case MetricType::kInfo:
      case MetricType::kStateset:
        return "gauge";
      case MetricType::kGaugeHistogram:
      case MetricType::kUnknown:
        return "untyped";
    }
    return "untyped";
  }

  void AppendName(std::string_view name, bool classic) {
    if (classic) {
      page_ += name;
    } else if (content_type_.escaping == Escaping::kAllowUtf8) {
      page_ += '"';
      AppendEscaped(page_, name, true);
      page_ += '"';
    } else {
      AppendUnderscored(page_, name);
    }
  }

  void WriteSample(const MetricSample& sample) {
    const std::string_view name = sample.labels.Get(kMetricName);
    const bool classic = name == last_name_ ? last_classic_ : IsClassicMetricName(name);
    last_name_ = name;
    last_classic_ = classic;
    const bool name_in_braces = !classic && content_type_.escaping == Escaping::kAllowUtf8;
    if (!name_in_braces) {
      AppendName(name, classic);
    }
    WriteLabels(sample.labels, name_in_braces ? name : std::string_view());
    page_ += ' ';
    AppendNumber(page_, sample.value);
    if (sample.at) {
      WriteTime(*sample.at);
    }
    page_ += '\n';
    if (page_.size() >= kPieceBytes) {
      Flush();
    }
  }

  void WriteLabels(const LabelSet& labels, std::string_view quoted_name) {
    char separator = '{';
    if (!quoted_name.empty()) {
      page_ += separator;
      AppendName(quoted_name, false);
      separator = ',';
    }
    for (const Label label : labels) {
      if (label.name == kMetricName) {
        continue;
      }
      page_ += separator;
      AppendName(label.name, IsClassicLabelName(label.name));
      page_ += "=\"";
      AppendEscaped(page_, label.value, true);
      page_ += '"';
      separator = ',';
    }
    if (separator == ',') {
      page_ += '}';
    }
  }

  void WriteTime(TimePoint at) {
    page_ += ' ';
    if (open_metrics()) {
      AppendNumber(page_, ToUnixSeconds(at));
    } else {
      page_ += std::to_string(ToUnixMillis(at));
    }
  }

  void Flush() {
    gone_ = gone_ || !sink_(page_);
    page_.clear();
  }

  const ContentType& content_type_;
  const PieceSink& sink_;
  std::string page_;
  std::string_view last_name_;
  bool last_classic_ = false;
  bool gone_ = false;
};

}  // namespace

void WritePage(std::span<const std::vector<MetricFamily>* const> targets,
               const ContentType& content_type,
               const PieceSink& sink) {
  Group all;
  for (const std::vector<MetricFamily>* families : targets) {
    for (const MetricFamily& family : *families) {
      if (!family.samples.empty()) {
        all.push_back(&family);
      }
    }
  }
  std::ranges::stable_sort(all, {}, &MetricFamily::name);
  PageWriter writer(content_type, sink);
  for (auto begin = all.begin(); begin != all.end() && !writer.gone();) {
    const auto end = std::find_if(begin, all.end(), [&](const MetricFamily* family) {
      return family->name != (*begin)->name;
    });
    writer.WriteGroup(Group(begin, end));
    begin = end;
  }
  if (!writer.gone()) {
    writer.Finish();
  }
}

}  // namespace sidewatch::exposition
