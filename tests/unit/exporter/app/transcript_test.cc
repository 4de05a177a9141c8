#include "exporter/app/transcript.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

using net::TraceKind;
using testing::ElementsAreArray;

struct Piece {
  TraceKind kind;
  std::string text;
};

struct TranscriptRow {
  std::string name;
  std::vector<Piece> pieces;
  std::vector<std::string> lines;
};

class TranscriptTest : public testing::TestWithParam<TranscriptRow> {};

TEST_P(TranscriptTest, ShowsWhatWasSaidWithoutSecrets) {
  std::vector<std::string> lines;
  Transcript transcript([&](std::string_view line) { lines.emplace_back(line); });
  for (const Piece& piece : GetParam().pieces) {
    transcript.Add(piece.kind, piece.text);
  }
  transcript.Flush();
  EXPECT_THAT(lines, ElementsAreArray(GetParam().lines));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TranscriptTest,
    testing::Values(
        TranscriptRow{"PathIsAPassword",
                      {{TraceKind::kSent,
                        "POST /services/T0/B0/xyz?token=a HTTP/1.1\r\nHost: hooks\r\n\r\n"}},
                      {"> POST /<secret> HTTP/1.1", "> Host: hooks", "> "}},
        TranscriptRow{
            "Http2", {{TraceKind::kSent, "POST /x HTTP/2\r\n"}}, {"> POST /<secret> HTTP/2"}},
        TranscriptRow{"Credentials",
                      {{TraceKind::kSent, "authorization: Bearer abc\r\nCookie: c\r\n"},
                       {TraceKind::kReceived, "Set-Cookie: c\r\nLocation: https://x/y\r\n"}},
                      {"> authorization: <secret>",
                       "> Cookie: <secret>",
                       "< Set-Cookie: <secret>",
                       "< Location: <secret>"}},
        TranscriptRow{"HeadersOfTheConfiguration",
                      {{TraceKind::kSent, "Accept: */*\r\nX-Api-Key: abc\r\n"},
                       {TraceKind::kReceived, "Date: today\r\n"}},
                      {"> Accept: */*", "> X-Api-Key: <secret>", "< Date: today"}},
        TranscriptRow{"KeyInBody",
                      {{TraceKind::kSentBody, R"({"routing_key":"abc","a":1})"}},
                      {R"(> {"routing_key":"<secret>","a":1})"}},
        TranscriptRow{
            "KeyCutInTwoPieces",
            {{TraceKind::kSentBody, R"({"routing_ke)"}, {TraceKind::kSentBody, R"(y":"abc"})"}},
            {R"(> {"routing_key":"<secret>"})"}},
        TranscriptRow{"KeyWithoutAnEnd",
                      {{TraceKind::kSentBody, R"({"service_key":"abc)"}},
                      {R"(> {"service_key":"<secret>)"}},
        TranscriptRow{"PlainLoginAtOnce",
                      {{TraceKind::kSent, "AUTH PLAIN AG9wcwBwdw==\r\n"}},
                      {"> AUTH PLAIN <secret>"}},
        TranscriptRow{"LoginStepByStep",
                      {{TraceKind::kSent, "AUTH LOGIN\r\n"},
                       {TraceKind::kReceived, "334 VXNlcm5hbWU6\r\n"},
                       {TraceKind::kSent, "b3Bz\r\n"},
                       {TraceKind::kReceived, "334 UGFzc3dvcmQ6\r\n"},
                       {TraceKind::kSent, "cHc=\r\n"},
                       {TraceKind::kReceived, "235 ok\r\n"},
                       {TraceKind::kSent, "MAIL FROM:<a@b>\r\n"}},
                      {"> AUTH LOGIN",
                       "< 334 VXNlcm5hbWU6",
                       "> <secret>",
                       "< 334 UGFzc3dvcmQ6",
                       "> <secret>",
                       "< 235 ok",
                       "> MAIL FROM:<a@b>"}},
        TranscriptRow{"NotesThatCannotHoldSecrets",
                      {{TraceKind::kNote, "  Trying 127.0.0.1:25...\n"},
                       {TraceKind::kNote, "Issue another request to this URL: 'http://a/b'\n"}},
                      {"* Trying 127.0.0.1:25..."}},
        TranscriptRow{"LongLine",
                      {{TraceKind::kReceivedBody, std::string(500, 'x')}},
                      {"< " + std::string(400, 'x') + "… (500 bytes)"}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::app
