#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "base/strings.h"
#include "crypto/encoding.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "crypto/seal.h"

namespace tollgate::crypto {
namespace {

TEST(Hash, Sha256IsTheStandardOne) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, KeyedHashIsHmacSha256) {  // RFC 4231, cases 1, 2, 3 and 6
  EXPECT_EQ(KeyedHash(std::string(20, '\x0b'))("Hi There").hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(KeyedHash("Jefe")("what do ya want for nothing?").hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(KeyedHash(std::string(20, '\xaa'))(std::string(50, '\xdd')).hex(),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(KeyedHash(std::string(131, '\xaa'))("Test Using Larger Than Block-Size Key - Hash Key First").hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, KeyedHashIsTheSameOnEveryThread) {
  const KeyedHash hash("key");
  const Digest expected = hash("data");
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) wrong += hash("data") != expected;
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(Hash, ConstantTimeComparison) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "abcd"));
}

TEST(Encoding, Base64IsRfc4648) {
  const std::vector<std::pair<std::string, std::string>> cases{{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : cases) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(unbase64(coded), plain);
  }
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
}

TEST(Encoding, EveryLengthRoundTrips) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string bytes = random_bytes(size);
    EXPECT_EQ(unbase64(base64(bytes)), bytes);
    EXPECT_EQ(unbase64url(base64url(bytes)), bytes);
  }
}

TEST(Encoding, DecodingIsStrict) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9", "-_-_", "Zg==Zg=="}) {
    EXPECT_FALSE(unbase64(text)) << text;
  }
  for (const char* text : {"Zg==", "Z", "Zh", "+//+", "Zm9 "}) EXPECT_FALSE(unbase64url(text)) << text;
}

TEST(Random, KeysHaveTheirForm) {
  const std::string key = random_token_key().reveal();
  EXPECT_EQ(key.size(), 51U);
  EXPECT_TRUE(key.starts_with("sk-"));
  for (const char c : key.substr(3)) EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c))) << key;
  const std::string id = uuid4();
  ASSERT_EQ(id.size(), 36U);
  EXPECT_EQ(id[8], '-');
  EXPECT_EQ(id[13], '-');
  EXPECT_EQ(id[14], '4');
  EXPECT_EQ(id[18], '-');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  EXPECT_EQ(random_access_token().reveal().size(), 32U);
  EXPECT_EQ(random_password().reveal().size(), 19U);
}

TEST(Random, NothingRepeatsAndEveryCharacterOccurs) {
  std::set<std::string> keys;
  std::set<char> letters;
  for (int i = 0; i < 500; ++i) {
    const std::string key = random_token_key().reveal();
    keys.insert(key);
    letters.insert(key.begin() + 3, key.end());
  }
  EXPECT_EQ(keys.size(), 500U);
  EXPECT_EQ(letters.size(), 62U);
}

class Sealing : public testing::Test {
 protected:
  static Sealer::Key key(std::uint8_t fill) {
    Sealer::Key out;
    out.fill(fill);
    return out;
  }
  Sealer sealer_{1, key(7)};
};

TEST_F(Sealing, OpensWhatItSealed) {
  for (const std::string& plain :
       {std::string(), std::string("sk-abc"), std::string(100'000, 'x'), std::string("\0a\0", 3)}) {
    const std::string envelope = sealer_.seal(plain, "channel.key");
    EXPECT_EQ(envelope.size(), plain.size() + Sealer::kOverhead);
    EXPECT_EQ(sealer_.open(envelope, "channel.key").value().reveal(), plain);
    EXPECT_EQ(sealer_.open_text(sealer_.seal_text(plain, "p"), "p").value().reveal(), plain);
  }
}

TEST_F(Sealing, NeverSealsTheSameTwice) {
  EXPECT_NE(sealer_.seal("a", "p"), sealer_.seal("a", "p"));
  EXPECT_EQ(sealer_.seal("sk-secret", "p").find("secret"), std::string::npos);
}

TEST_F(Sealing, RefusesAnotherPurposeAnotherKeyAndEveryChangedByte) {
  const std::string envelope = sealer_.seal("secret", "channel.key");
  EXPECT_FALSE(sealer_.open(envelope, "token.key"));
  EXPECT_FALSE(Sealer(1, key(8)).open(envelope, "channel.key"));
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    std::string changed = envelope;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(sealer_.open(changed, "channel.key")) << i;
  }
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    EXPECT_FALSE(sealer_.open(std::string_view(envelope).substr(0, size), "channel.key")) << size;
  }
  EXPECT_FALSE(sealer_.open(envelope + "x", "channel.key"));
  EXPECT_FALSE(sealer_.open_text("not base64!", "channel.key"));
  // A failure leaves the thread's context usable.
  EXPECT_TRUE(sealer_.open(envelope, "channel.key"));
}

TEST_F(Sealing, AnOldKeyStillOpensAfterARotation) {
  const std::string old = sealer_.seal("secret", "p");
  Sealer next(2, key(9));
  EXPECT_FALSE(next.open(old, "p"));
  next.add_old_key(1, key(7));
  EXPECT_EQ(next.open(old, "p").value().reveal(), "secret");
  EXPECT_EQ(Sealer::key_id(old), 1);
  EXPECT_EQ(Sealer::key_id(next.seal("secret", "p")), 2);
  EXPECT_EQ(Sealer::key_id("short"), -1);
}

TEST(Password, VerifiesItsOwnAndTheCommonTestVectors) {
  const std::string hash = hash_password(Secret("correct horse"), 4).value();
  EXPECT_TRUE(hash.starts_with("$2b$04$"));
  EXPECT_TRUE(verify_password(Secret("correct horse"), hash));
  EXPECT_FALSE(verify_password(Secret("correct horsf"), hash));
  // Published bcrypt vectors, in the spelling that the predecessors store ($2a$) and the other two.
  EXPECT_TRUE(verify_password(Secret("U*U"), "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  EXPECT_TRUE(verify_password(Secret("U*U"), "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  EXPECT_TRUE(verify_password(Secret("U*U"), "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

TEST(Password, SaltsDiffer) {
  EXPECT_NE(hash_password(Secret("same"), 4).value(), hash_password(Secret("same"), 4).value());
}

TEST(Password, RefusesWhatBcryptWouldCutInSilence) {
  EXPECT_FALSE(hash_password(Secret(""), 4));
  EXPECT_TRUE(hash_password(Secret(std::string(72, 'x')), 4));
  EXPECT_FALSE(hash_password(Secret(std::string(73, 'x')), 4));
  EXPECT_FALSE(hash_password(Secret(std::string("a\0b", 3)), 4));
  EXPECT_FALSE(hash_password(Secret("x"), 3));
  EXPECT_FALSE(hash_password(Secret("x"), 17));
}

TEST(Password, AHashOfUnknownFormNeverMatches) {
  for (const char* hash : {"", "*0", "plain", "$2b$10$short", "$1$abc$def", "$6$salt$hash",
                           "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}) {
    EXPECT_FALSE(verify_password(Secret("plain"), hash)) << hash;
  }
  EXPECT_FALSE(verify_nobody(Secret("x"), 4));
}

TEST(Password, AnotherCostWantsARehash) {
  const std::string hash = hash_password(Secret("x"), 4).value();
  EXPECT_FALSE(wants_rehash(hash, 4));
  EXPECT_TRUE(wants_rehash(hash, 5));
  EXPECT_TRUE(wants_rehash("md5", 4));
}

}  // namespace
}  // namespace tollgate::crypto
