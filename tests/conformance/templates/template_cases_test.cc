// Runs the template cases of ../shared/conformance/templates. Each file is one test; it prints how
// many cases ran, and fails with the first differences.

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alerts/template/alert_data.h"
#include "alerts/template/default_templates.h"
#include "alerts/template/template.h"
#include "exporter/base/rfc3339.h"
#include "tests/conformance/templates/case_data.h"

namespace sidewatch::conformance {
namespace {

namespace t = alerts::templates;
using t::Value;

constexpr const char* kFolder = "../shared/conformance/templates/";

Json Load(const std::string& name) {
  std::ifstream file(kFolder + name);
  if (!file) {
    ADD_FAILURE() << kFolder << name << " is missing: the conformance data must lie beside the "
                  << "checkout";
    return {};
  }
  return Json::parse(file);
}

struct Outcome {
  std::string output;  ///< Also what was written before an error.
  std::string error;
};

Outcome RunTemplate(const Result<t::Template>& parsed,
                    const Value& dot,
                    const t::Environment& world) {
  if (!parsed) {
    return {.output = "", .error = parsed.error().message};
  }
  Outcome outcome;
  const Status done = parsed->ExecuteTo(outcome.output, dot, world);
  if (!done) {
    outcome.error = done.error().message;
  }
  return outcome;
}

/// What is wrong with the outcome of a case; empty: nothing.
std::string Difference(const Json& c, const Outcome& got) {
  if (c.value("fails", false)) {
    return got.error.empty() ? "no error" : "";
  }
  if (c.contains("error")) {
    return got.error == c["error"].get<std::string>() ? "" : "error " + got.error;
  }
  if (!got.error.empty()) {
    return "error " + got.error;
  }
  return got.output == c["want"].get<std::string>() ? "" : "output " + got.output;
}

void RunFile(const std::string& name,
             const std::function<std::string(const Json& file, const Json& c)>& run) {
  const Json file = Load(name);
  int passed = 0;
  int ran = 0;
  for (const Json& c : file.value("cases", Json::array())) {
    ++ran;
    const std::string difference = run(file, c);
    if (difference.empty()) {
      ++passed;
    } else {
      ADD_FAILURE() << name << ": " << c.dump() << "\n  got " << difference;
    }
  }
  fmt::print("{}: ran {}, passed {}, skipped 0\n", name, ran, passed);
  EXPECT_GT(ran, 0);
}

t::MissingKey MissingKeyOf(const std::string& option) {
  return option == "missingkey=error"  ? t::MissingKey::kError
         : option == "missingkey=zero" ? t::MissingKey::kZero
                                       : t::MissingKey::kDefault;
}

TEST(TemplateConformance, AlertTemplates) {
  RunFile("alert_template_cases.json", [](const Json&, const Json& c) {
    t::Options options;
    options.missing_key = t::MissingKey::kZero;
    if (!c["options"].is_null()) {
      options.missing_key =
          c["options"].empty() ? t::MissingKey::kDefault : MissingKeyOf(c["options"][0]);
    }
    options.escaping = c.value("html", false) ? t::Escaping::kHtml : t::Escaping::kNone;
    t::Environment world;
    world.now = CaseTime();
    world.external_url = "http://testhost:9090/path/prefix";
    world.query = [&c](const std::string&) -> Result<Value> {
      std::vector<Value> samples;
      for (const Json& sample : c.value("query_result", Json::array())) {
        samples.push_back(ToSample(sample));
      }
      return t::MakeSampleList(std::move(samples));
    };
    const auto parsed = t::Template::Parse(
        "test", c["template"].get<std::string>(), t::PrometheusFunctions(), options);
    Outcome got = RunTemplate(parsed, ToValue(c.value("data", Json())), world);
    if (!got.error.empty()) {
      got.error =
          fmt::format("error {} template test: {}", parsed ? "executing" : "parsing", got.error);
    }
    return Difference(c, got);
  });
}

TEST(TemplateConformance, AlertAnnotations) {
  RunFile("alert_annotation_cases.json", [](const Json&, const Json& c) {
    const Json& alert = c["data"]["$alert"];
    const Value dot = t::MakeAlertData({.labels = ToLabels(alert["labels"]),
                                        .external_labels = ToLabels(alert["external_labels"]),
                                        .external_url = alert["external_url"].get<std::string>(),
                                        .value = Value::Float(ToNumber(alert["value"]))});
    const auto parsed =
        t::Template::Parse(c["template_name"].get<std::string>(),
                           std::string(t::kAlertTemplatePrefix) + c["text"].get<std::string>(),
                           t::PrometheusFunctions(),
                           {.missing_key = t::MissingKey::kZero});
    const Outcome got = RunTemplate(parsed, dot, {});
    std::string rendered = got.output;
    if (!got.error.empty()) {
      if (got.error != c.value("error", "")) {
        return "error " + got.error;
      }
      rendered = fmt::format("<error expanding template: error {} template {}: {}>",
                             parsed ? "executing" : "parsing",
                             c["template_name"].get<std::string>(),
                             got.error);
    }
    return rendered == c["rendered"].get<std::string>() ? std::string() : rendered;
  });
}

TEST(TemplateConformance, Language) {
  // The cases use join, which is Alertmanager's, among Prometheus' functions.
  t::FunctionSet functions = t::PrometheusFunctions();
  const t::Function* const join = t::AlertmanagerFunctions().Find("join");
  ASSERT_NE(join, nullptr);
  functions = functions.With(std::span(join, 1));
  RunFile("gotemplate_cases.json", [&functions](const Json& file, const Json& c) {
    const std::string option = c.value("option", "missingkey=zero");
    const auto parsed = t::Template::Parse(
        "test", c["template"].get<std::string>(), functions, {.missing_key = MissingKeyOf(option)});
    const Json& data =
        c.contains("data_set") ? file["data_sets"][c["data_set"].get<std::string>()] : c["data"];
    const Outcome got = RunTemplate(parsed, ToValue(data), {});
    if (c.value("error_stage", "") == "exec" && got.output != c.value("output_before_error", "")) {
      return "output before the error " + got.output;
    }
    if (c.contains("error_stage") && (c["error_stage"] == "parse") == parsed.has_value()) {
      return std::string("error at another stage");
    }
    return Difference(c, got);
  });
}

TEST(TemplateConformance, NotificationTemplates) {
  RunFile("notification_template_cases.json", [](const Json&, const Json& c) {
    const auto escaping = c.value("html", false) ? t::Escaping::kHtml : t::Escaping::kNone;
    const auto parsed = t::DefaultTemplates(escaping).With("", c["template"].get<std::string>());
    t::Environment world;
    world.now = CaseTime();
    return Difference(c, RunTemplate(parsed, ToValue(c.value("data", Json())), world));
  });
}

TEST(TemplateConformance, RenderedNotifications) {
  RunFile("notification_rendered.json", [](const Json& file, const Json& c) {
    const auto parsed =
        t::DefaultTemplates(t::Escaping::kNone).With("", c["template"].get<std::string>());
    const Value dot = ToNotification(file["sets"][c["set"].get<std::string>()]);
    return Difference(c, RunTemplate(parsed, dot, {}));
  });
}

}  // namespace
}  // namespace sidewatch::conformance
