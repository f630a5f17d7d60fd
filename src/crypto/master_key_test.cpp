#include "crypto/master_key.h"

#include <cstdlib>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/encoding.h"

namespace tollgate::crypto {
namespace {

namespace fs = std::filesystem;

class MasterKeyFile : public testing::Test {
 protected:
  MasterKeyFile() {
    std::string pattern = (fs::temp_directory_path() / "tollgate-key-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~MasterKeyFile() override {
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
  }
  [[nodiscard]] fs::path file() const { return dir_ / kMasterKeyFile; }
  void write(std::string_view text, mode_t mode = 0600) const {
    std::ofstream(file()) << text;
    ::chmod(file().c_str(), mode);
  }
  [[nodiscard]] std::string load_error() const {
    const auto key = load_master_key(Secret(), dir_, true);
    return key ? "" : key.error().message();
  }
  fs::path dir_;
};

TEST(MasterKey, TakesHexBase64AndPassphrases) {
  const std::string hex_text = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(i);
  const auto check = [](const std::string& text) { return MasterKey::from_text(Secret(text)).value().check_value(); };
  EXPECT_EQ(check(hex_text), check(base64(bytes)));
  EXPECT_EQ(check(hex_text), check(base64url(bytes)));
  EXPECT_EQ(check(hex_text), check(" " + hex_text + "\n"));
  EXPECT_NE(check(hex_text), check("a long enough passphrase"));
  EXPECT_EQ(check("a long enough passphrase"), check("a long enough passphrase"));
  EXPECT_NE(check("a long enough passphrase"), check("a long enough passphrasf"));
}

TEST(MasterKey, RefusesShortTextsWithoutRepeatingThem) {
  for (const char* text : {"", "short", "fifteen-letters"}) {
    const auto key = MasterKey::from_text(Secret(text));
    ASSERT_FALSE(key) << text;
    if (*text != '\0') EXPECT_EQ(key.error().message().find(text), std::string::npos);
  }
}

TEST(MasterKey, EachPurposeHasItsOwnKey) {
  const MasterKey key = MasterKey::generate();
  EXPECT_EQ(key.subkey("a"), key.subkey("a"));
  EXPECT_NE(key.subkey("a"), key.subkey("b"));
  EXPECT_NE(key.subkey("a"), MasterKey::generate().subkey("a"));
  EXPECT_NE(key.signing_key("session").reveal(), key.signing_key("other").reveal());
}

TEST(MasterKey, DerivedKeysNeverChangeBetweenReleases) {
  // Whatever is stored under these must stay readable: pinned values for the master key 00 01 .. 1f.
  const auto key =
      MasterKey::from_text(Secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")).value();
  EXPECT_EQ(key.check_value(), "a4ef569b352499d5527fab40f6dc06b7");
  EXPECT_EQ(key.token_hash()("sk-test").hex(), "03ab61cd0099dd9efe54ecc0f0c4b6a8cdbaaf2ab12d393b190d19392865a9f1");
  EXPECT_EQ(MasterKey::from_text(Secret("a long enough passphrase")).value().check_value(),
            "339da69bd19bfd52e3a3b389ea8df1fc");
}

TEST(MasterKey, TheCheckValueTellsAWrongKey) {
  const MasterKey key = MasterKey::generate();
  EXPECT_TRUE(key.verify(key.check_value()));
  const auto wrong = MasterKey::generate().verify(key.check_value());
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message().find("TOLLGATE_MASTER_KEY"), std::string::npos);
}

TEST(MasterKey, SealersOfOneKeyReadEachOther) {
  const MasterKey key = MasterKey::generate();
  EXPECT_EQ(key.sealer().open(key.sealer().seal("x", "p"), "p").value().reveal(), "x");
  EXPECT_FALSE(MasterKey::generate().sealer().open(key.sealer().seal("x", "p"), "p"));
}

TEST_F(MasterKeyFile, IsMadeOnceWithMode0600AndReadAgain) {
  const auto first = load_master_key(Secret(), dir_, true);
  ASSERT_TRUE(first) << first.error().message();
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(load_master_key(Secret(), dir_, true).value().check_value(), first->check_value());
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 1) << "a draft was left behind";
}

TEST_F(MasterKeyFile, ProcessesThatStartAtOnceAgree) {
  std::array<std::string, 8> values;
  {
    std::vector<std::jthread> threads;
    for (auto& value : values) {
      threads.emplace_back([&] { value = load_master_key(Secret(), dir_, true).value().check_value(); });
    }
  }
  for (const auto& value : values) EXPECT_EQ(value, values[0]);
}

TEST_F(MasterKeyFile, IsNotConsultedWhenAKeyIsConfigured) {
  write("garbage", 0644);
  EXPECT_TRUE(load_master_key(Secret("a long enough passphrase"), dir_, true));
  EXPECT_FALSE(load_master_key(Secret("short"), dir_, true));
}

TEST_F(MasterKeyFile, IsRefusedWhenOthersMayReadIt) {
  for (const mode_t mode : {0640, 0604, 0660, 0666, 0601}) {
    write(std::string(64, 'a'), mode);
    EXPECT_NE(load_error().find("chmod 600"), std::string::npos) << mode;
    EXPECT_NE(load_error().find(file().string()), std::string::npos);
  }
  write(std::string(64, 'a'), 0400);
  EXPECT_EQ(load_error(), "");
}

TEST_F(MasterKeyFile, IsRefusedWhenItHoldsNoKey) {
  write("");
  EXPECT_NE(load_error().find("is empty"), std::string::npos);
  write("too short");
  EXPECT_NE(load_error().find("holds no key"), std::string::npos);
  write(std::string(5000, 'a'));
  EXPECT_NE(load_error().find("too long"), std::string::npos);
}

TEST_F(MasterKeyFile, IsRefusedWhenItIsNoFile) {
  fs::create_directory(file());
  ::chmod(file().c_str(), 0700);
  EXPECT_NE(load_error().find("not a regular file"), std::string::npos);
  fs::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_NE(load_error().find("not a regular file"), std::string::npos);
}

TEST_F(MasterKeyFile, IsNotMadeWithoutLeave) {
  const auto key = load_master_key(Secret(), dir_, false);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message().find("TOLLGATE_MASTER_KEY"), std::string::npos);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(MasterKeyFile, AMissingFolderIsNamed) {
  const auto key = load_master_key(Secret(), dir_ / "nowhere", true);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message().find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::crypto
