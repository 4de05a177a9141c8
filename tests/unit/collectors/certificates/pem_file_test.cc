#include "collectors/certificates/pem_file.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/testkit/certificate_maker.h"
#include "tests/testkit/child_process.h"

namespace sidewatch::certificates {
namespace {

using testkit::MadeCertificate;

struct Case {
  std::string name;
  std::string (*content)();
  std::size_t certificates;
  bool key;
  std::string reason;  ///< Of the only problem; empty: none.
};

std::string One() {
  return MadeCertificate({}).CertificatePem();
}

std::string WithBrokenBase64() {
  return "-----BEGIN CERTIFICATE-----\n!!!! no base64 !!!!\n-----END CERTIFICATE-----\n";
}

std::string WithGarbage() {
  return "-----BEGIN CERTIFICATE-----\nAAECAwQFBgc=\n-----END CERTIFICATE-----\n";
}

std::string Half() {
  const std::string whole = One();
  return whole.substr(0, whole.size() / 2);
}

class ReadPemFileTest : public testing::TestWithParam<Case> {};

TEST_P(ReadPemFileTest, Reads) {
  const Case& c = GetParam();
  const testkit::TempFolder folder(false);
  const std::string path = folder.path() + "/file";
  std::ofstream(path) << c.content();
  const PemFile file = ReadPemFile(path);
  EXPECT_EQ(file.certificates.size(), c.certificates);
  EXPECT_EQ(file.key != nullptr, c.key);
  ASSERT_EQ(file.problems.size(), c.reason.empty() ? 0U : 1U);
  if (!c.reason.empty()) {
    EXPECT_EQ(file.problems.front().reason, c.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadPemFileTest,
    testing::Values(
        Case{"One", &One, 1, false, ""},
        Case{"Chain", [] { return One() + "some words between\n" + One(); }, 2, false, ""},
        Case{"WithKey",
             [] {
               const MadeCertificate made({});
               return made.KeyPem() + made.CertificatePem();
             },
             1,
             true,
             ""},
        Case{"Der", [] { return MadeCertificate({}).Der(); }, 1, false, ""},
        Case{"DerGarbage", [] { return std::string("\x30\x82\x01garbage"); }, 0, false, "bad_der"},
        Case{"GarbageInPem", &WithGarbage, 0, false, "bad_pem"},
        Case{"GoodBesideGarbage", [] { return WithGarbage() + One(); }, 1, false, "bad_pem"},
        Case{"GoodBesideBroken", [] { return WithBrokenBase64() + One(); }, 1, false, "bad_pem"},
        Case{"Half", &Half, 0, false, "bad_pem"},
        Case{"EncryptedKey",
             [] { return MadeCertificate({}).EncryptedKeyPem(); },
             0,
             false,
             "encrypted_key"},
        Case{"TooLarge", [] { return std::string((1 << 20) + 1, 'x'); }, 0, false, "too_large"},
        Case{"Html", [] { return std::string("<html>no</html>"); }, 0, false, ""},
        Case{"Empty", [] { return std::string(); }, 0, false, ""}),
    [](const auto& row) { return row.param.name; });

TEST(ReadPemFileTest, NamesWhatCannotBeOpened) {
  const testkit::TempFolder folder(false);
  const std::string pipe = folder.path() + "/pipe";
  const std::string link = folder.path() + "/link";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_EQ(symlink("nowhere", link.c_str()), 0);
  EXPECT_EQ(ReadPemFile(pipe).problems.at(0).reason, "not_a_file");
  EXPECT_EQ(ReadPemFile(link).problems.at(0).reason, "broken_symlink");
  EXPECT_EQ(ReadPemFile(folder.path() + "/none").problems.at(0).reason, "not_found");
  EXPECT_EQ(ReadPemFile(folder.path()).problems.at(0).reason, "not_a_file");
}

TEST(KeyBelongsToTest, TellsOwnFromForeign) {
  const testkit::TempFolder folder(false);
  const MadeCertificate one({});
  const MadeCertificate other({});
  const std::string path = folder.path() + "/key";
  std::ofstream(path) << one.KeyPem();
  const PemFile file = ReadPemFile(path);
  ASSERT_NE(file.key, nullptr);
  EXPECT_TRUE(KeyBelongsTo(*file.key, *net::ParseCertificate(one.Der())));
  EXPECT_FALSE(KeyBelongsTo(*file.key, *net::ParseCertificate(other.Der())));
}

TEST(ExpandPatternTest, TakesFilesFoldersAndPatterns) {
  const testkit::TempFolder folder(false);
  const std::string& at = folder.path();
  for (const char* name : {"/b.pem", "/a.crt", "/readme.txt"}) {
    std::ofstream(at + name) << "x";
  }
  const std::vector<std::string> both = {at + "/a.crt", at + "/b.pem"};
  EXPECT_EQ(ExpandPattern(at), both);
  EXPECT_EQ(ExpandPattern(at + "/*.{crt,pem}").size(), 2U);
  EXPECT_EQ(ExpandPattern(at + "/readme.txt"), std::vector{at + "/readme.txt"});
  EXPECT_EQ(ExpandPattern(at + "/*.der"), std::vector{at + "/*.der"});
}

}  // namespace
}  // namespace sidewatch::certificates
