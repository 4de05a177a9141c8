#include "alerts/template/html_escaper.h"

#include <gtest/gtest.h>

#include "alerts/template/default_templates.h"
#include "alerts/template/notification_data.h"
#include "alerts/template/template.h"

namespace sidewatch::alerts::templates {
namespace {

struct Case {
  std::string name;
  std::string text;  ///< With `{{.}}` where the value lands.
  std::string value;
  std::string want;
};

class HtmlTest : public testing::TestWithParam<Case> {};

TEST_P(HtmlTest, EscapesForThePlace) {
  const auto parsed =
      Template::Parse("t", GetParam().text, AlertmanagerFunctions(), {.escaping = Escaping::kHtml});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(parsed->Execute(Value::String(GetParam().value)).value_or("error"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HtmlTest,
    testing::Values(
        Case{"Text", "<p>{{.}}</p>", "<b>&\"'", "<p>&lt;b&gt;&amp;&#34;&#39;</p>"},
        Case{"Attribute", "<p title=\"{{.}}\">", "\" onclick=x", "<p title=\"&#34; onclick=x\">"},
        Case{"Unquoted", "<p title={{.}}>", "a b", "<p title=a&#32;b>"},
        Case{"UrlPath", "<a href=\"/x/{{.}}\">", "a b?c", "<a href=\"/x/a%20b?c\">"},
        Case{"UrlQuery", "<a href=\"/x?q={{.}}\">", "a&b=c", "<a href=\"/x?q=a%26b%3dc\">"},
        Case{"UrlWhole",
             "<a href=\"{{.}}\">",
             "http://h/?a=1&b",
             "<a href=\"http://h/?a=1&amp;b\">"},
        Case{"UrlScript", "<a href=\"{{.}}\">", "JavaScript:alert(1)", "<a href=\"#ZgotmplZ\">"},
        Case{"Css", "<p style=\"color: {{.}}\">", "red", "<p style=\"color: red\">"},
        Case{"CssExpression",
             "<p style=\"color: {{.}}\">",
             "expression(alert(1))",
             "<p style=\"color: ZgotmplZ\">"},
        Case{"Script",
             "<script>var x = {{.}};</script>",
             "</script>\"",
             "<script>var x = \"\\u003c/script\\u003e\\\"\";</script>"},
        Case{"ScriptString",
             "<script>var x = '{{.}}';</script>{{.}}",
             "it's",
             "<script>var x = 'it\\'s';</script>it&#39;s"},
        Case{"EventHandler", "<p onclick=\"f({{.}})\">", "x", "<p onclick=\"f(&#34;x&#34;)\">"},
        Case{"EscapedByThePipeline", "<p>{{. | html}}", "a & \"b\"", "<p>a &amp; &#34;b&#34;"},
        Case{"EscapedInAnAttribute",
             "<p title=\"{{html .}}\">",
             "<a+b>",
             "<p title=\"&lt;a+b&gt;\">"},
        Case{"EscapedInAUrl", "<a href=\"/x?q={{. | html}}\">", "a&b", "<a href=\"/x?q=a%26b\">"},
        Case{"QueryOfThePipeline",
             "<a href=\"https://x/?q={{. | urlquery}}\">",
             "ops & \"co\"",
             "<a href=\"https://x/?q=ops&#43;%26&#43;%22co%22\">"},
        Case{"QueryInText", "<p>{{urlquery .}}", "a b&", "<p>a&#43;b%26"},
        Case{"Plus", "<p>{{.}}", "+0000", "<p>&#43;0000"},
        Case{"Comment", "<!-- {{.}} -->{{.}}", "<", "&lt;"},
        Case{"Title", "<title>{{.}}</title>", "<b>", "<title>&lt;b&gt;</title>"},
        Case{"AttributeName", "<p {{.}}=1>", "on click", "<p ZgotmplZ=1>"},
        Case{"SafeOnlyInText",
             "{{safeHtml .}}<p title=\"{{safeHtml .}}\">",
             "<i>",
             "<i><p title=\"&lt;i&gt;\">"}),
    [](const auto& row) { return row.param.name; });

TEST(EmailTest, DefaultMailEscapesWhatAlertsSay) {
  Notification notification;
  notification.receiver = "ops";
  notification.group_labels = LabelSet{{"alertname", "<Disk>"}};
  notification.alerts = {{.labels = LabelSet{{"alertname", "<Disk>"}},
                          .annotations = LabelSet{{"summary", "a & b"}},
                          .starts_at = FromUnixMillis(0),
                          .ends_at = std::nullopt,
                          .updated_at = FromUnixMillis(0),
                          .generator_url = "javascript:alert(1)"}};
  const auto mail =
      DefaultTemplates(Escaping::kHtml).With("mail", R"({{ template "email.default.html" . }})");
  ASSERT_TRUE(mail.has_value()) << mail.error().message;
  const auto html = mail->Execute(MakeNotificationData(notification, "http://sw"));
  ASSERT_TRUE(html.has_value()) << html.error().message;
  EXPECT_NE(html->find("alertname = &lt;Disk&gt;"), std::string::npos) << *html;
  EXPECT_NE(html->find("summary = a &amp; b"), std::string::npos);
  EXPECT_NE(html->find("<a href=\"#ZgotmplZ\">Source</a>"), std::string::npos);
  EXPECT_NE(html->find("href=\"http://sw/#/alerts?receiver=ops\""), std::string::npos);
  EXPECT_NE(html->find("background: #c0392b;"), std::string::npos);
}

}  // namespace
}  // namespace sidewatch::alerts::templates
