// process-exporter's way to name groups: an entry fits if each kind of condition that it has holds
// (one of `comm`, one of `exe`, all of `cmdline`), and its name may be a template of what the
// process is.

#include "collectors/host/process_names.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::host {

namespace {

using Captures = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t kMostEntries = 100;
constexpr int kMostCaptures = 16;
constexpr std::string_view kMatches = ".Matches.";

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string ExeOf(const ProcessFacts& process) {
  return process.cmdline.empty() ? std::string() : process.cmdline[0];
}

/// What a template may say.
struct Variable {
  std::string_view name;
  std::string (*value)(const ProcessFacts& process);
};

constexpr std::array kVariables = {
    Variable{".Comm",
             [](const ProcessFacts& p) {
               return p.comm;
             }},
    Variable{".ExeBase",
             [](const ProcessFacts& p) {
               return BaseName(ExeOf(p));
             }},
    Variable{".ExeFull",
             [](const ProcessFacts& p) {
               return ExeOf(p);
             }},
    Variable{".Username",
             [](const ProcessFacts& p) {
               return p.username;
             }},
};

/// The places between `{{` and `}}` of a template, without white space around them.
struct Piece {
  std::string_view plain;  ///< Before the variable.
  std::string_view variable;
};

std::optional<std::vector<Piece>> PiecesOf(std::string_view text) {
  std::vector<Piece> pieces;
  while (true) {
    const std::size_t open = text.find("{{");
    if (open == std::string_view::npos) {
      pieces.push_back({.plain = text, .variable = {}});
      return pieces;
    }
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    std::string_view variable = text.substr(open + 2, close - open - 2);
    variable.remove_prefix(std::min(variable.find_first_not_of(' '), variable.size()));
    variable = variable.substr(0, variable.find_last_not_of(' ') + 1);
    pieces.push_back({.plain = text.substr(0, open), .variable = variable});
    text.remove_prefix(close + 2);
  }
}

std::string Render(std::string_view text, const ProcessFacts& process, const Captures& captures) {
  std::string name;
  for (const Piece& piece : PiecesOf(text).value_or(std::vector<Piece>())) {
    name += piece.plain;
    if (piece.variable.starts_with(kMatches)) {
      const auto found = captures.find(piece.variable.substr(kMatches.size()));
      name += found == captures.end() ? std::string() : found->second;
    }
    for (const Variable& row : kVariables) {
      name += row.name == piece.variable ? row.value(process) : std::string();
    }
  }
  return name;
}

/// As a label may be: not too long, and valid UTF-8.
std::string Tame(std::string name) {
  constexpr std::size_t kLongest = 256;
  name.resize(std::min(name.size(), kLongest));
  if (!IsValidUtf8(name)) {
    std::ranges::replace_if(
        name, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
  }
  return name;
}

bool HasExe(const ProcessName& entry, const ProcessFacts& process) {
  const std::string full = ExeOf(process);
  return std::ranges::any_of(entry.exe, [&](const std::string& exe) {
    return !full.empty() && exe == (exe.find('/') == std::string::npos ? BaseName(full) : full);
  });
}

/// Fills `captures` with the named groups of a regular expression that matches.
bool Match(const RE2& expression, const std::string& text, Captures& captures) {
  const int groups = std::min(expression.NumberOfCapturingGroups(), kMostCaptures) + 1;
  std::array<re2::StringPiece, kMostCaptures + 1> found;
  if (!expression.Match(text, 0, text.size(), RE2::UNANCHORED, found.data(), groups)) {
    return false;
  }
  for (const auto& [number, name] : expression.CapturingGroupNames()) {
    if (number < groups) {
      captures[name] = found[static_cast<std::size_t>(number)].as_string();
    }
  }
  return true;
}

bool Fits(const ProcessName& entry, const ProcessFacts& process, Captures& captures) {
  if (!entry.comm.empty() && std::ranges::find(entry.comm, process.comm) == entry.comm.end()) {
    return false;
  }
  if (!entry.exe.empty() && !HasExe(entry, process)) {
    return false;
  }
  if (entry.cmdline.empty()) {
    return true;
  }
  const std::string line = fmt::format("{}", fmt::join(process.cmdline, " "));
  return !process.cmdline.empty() && std::ranges::all_of(entry.cmdline, [&](const auto& pattern) {
    return Match(*pattern, line, captures);
  });
}

bool HasCapture(const ProcessName& entry, const std::string& name) {
  return std::ranges::any_of(entry.cmdline, [&](const auto& pattern) {
    return pattern->NamedCapturingGroups().count(name) != 0;
  });
}

void CheckName(config::MapReader& map, ProcessName& entry) {
  const auto pieces = PiecesOf(entry.name);
  if (!pieces) {
    map.ErrorAt("name", fmt::format("\"{}\": {{{{ without }}}}", entry.name));
    return;
  }
  for (const Piece& piece : *pieces) {
    if (piece.variable.empty()) {
      continue;
    }
    const bool known =
        piece.variable.starts_with(kMatches)
            ? HasCapture(entry, std::string(piece.variable.substr(kMatches.size())))
            : std::ranges::find(kVariables, piece.variable, &Variable::name) != kVariables.end();
    if (!known) {
      map.ErrorAt("name",
                  fmt::format("\"{}\" is not known: there are .Comm, .ExeBase, .ExeFull, .Username "
                              "and .Matches.NAME for each (?P<NAME>…) under cmdline",
                              piece.variable));
    }
    entry.wants_username = entry.wants_username || piece.variable == ".Username";
  }
}

ProcessName ReadEntry(const config::Node& node, config::Diagnostics& diagnostics) {
  ProcessName entry{.name = "{{.ExeBase}}", .comm = {}, .exe = {}, .cmdline = {}};
  config::MapReader map(node, diagnostics);
  map.Read("name", entry.name);
  map.Read("comm", entry.comm);
  map.Read("exe", entry.exe);
  std::vector<std::string> patterns;
  map.Read("cmdline", patterns);
  for (const std::string& pattern : patterns) {
    auto expression = std::make_shared<const RE2>(pattern, RE2::Quiet);
    if (expression->ok()) {
      entry.cmdline.push_back(std::move(expression));
    } else {
      map.ErrorAt("cmdline",
                  fmt::format("bad regular expression \"{}\": {}", pattern, expression->error()));
    }
  }
  if (entry.comm.empty() && entry.exe.empty() && patterns.empty()) {
    map.Error("expected comm, exe or cmdline: which processes belong to the group");
  }
  CheckName(map, entry);
  return entry;
}

}  // namespace

std::vector<ProcessName> ReadProcessNames(config::MapReader& target) {
  std::vector<ProcessName> names;
  const std::optional<config::Node> list = target.Get("processes");
  if (!list || !config::ExpectList(*list, target.diagnostics())) {
    return names;
  }
  names.reserve(list->items().size());
  for (const config::Node& item : list->items()) {
    names.push_back(ReadEntry(item, target.diagnostics()));
  }
  if (names.size() > kMostEntries) {
    target.ErrorAt("processes", fmt::format("more than {} entries", kMostEntries));
  }
  return names;
}

std::optional<std::string> GroupOf(const std::vector<ProcessName>& names,
                                   const ProcessFacts& process) {
  for (const ProcessName& entry : names) {
    Captures captures;
    if (Fits(entry, process, captures)) {
      return Tame(Render(entry.name, process, captures));
    }
  }
  return std::nullopt;
}

bool IsFixedName(const ProcessName& entry) {
  return entry.name.find("{{") == std::string::npos;
}

}  // namespace sidewatch::host
