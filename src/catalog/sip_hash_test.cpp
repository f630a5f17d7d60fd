#include "catalog/sip_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

SipHash reference() {
  SipHash::Key key;
  for (std::uint8_t i = 0; i < 16; ++i) key[i] = i;
  return SipHash(key);
}

// Bytes 0, 1, 2, ...: the authors' test vectors for 128 bits.
Hash128 of_first(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.push_back(static_cast<char>(i));
  return reference()(text);
}

TEST(SipHash, GivesTheAuthorsTestVectors) {
  EXPECT_EQ(of_first(0), (Hash128{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(of_first(1), (Hash128{0x44af996bd8c187da, 0x45fc229b11597634}));
  EXPECT_EQ(of_first(8), (Hash128{0x61f55862baa9623b, 0xb49714f364e2830f}));
  EXPECT_EQ(of_first(15), (Hash128{0x11a8b03399e99354, 0xd9c3cf970fec087e}));
  EXPECT_EQ(of_first(63), (Hash128{0x4a83502f77d15051, 0x7cbd3f979a063e50}));
}

TEST(SipHash, DependsOnEveryByteAndOnTheKey) {
  const SipHash hash = reference();
  const std::string text(51, 'a');
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'b';
    EXPECT_FALSE(hash(text) == hash(other)) << i;
  }
  EXPECT_FALSE(hash(text) == hash(text + "a"));
  EXPECT_FALSE(hash(text) == SipHash({})(text));
}

}  // namespace
}  // namespace tollgate::catalog
