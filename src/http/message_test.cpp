#include "http/message.h"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(HeaderBlock, AValueNeverAddsAField) {
  HeaderBlock block;
  block.add("X-A", "1\r\nX-Evil: 2").add("Bad Name", "x").add("", "x").add("X-B\r\nX-Evil", "y").add("X-C", " z ");
  EXPECT_EQ(block.bytes(), "X-A: 1  X-Evil: 2\r\nX-C: z\r\n");
}

TEST(HeaderBlock, FindsReplacesAndRemovesWithoutCase) {
  HeaderBlock block{{"Content-Type", "a"}, {"X-Type", "b"}, {"content-type", "c"}};
  EXPECT_EQ(block.find("CONTENT-TYPE"), "a");
  EXPECT_FALSE(block.has("Type"));
  block.set("Content-Type", *block.find("x-type"));
  EXPECT_EQ(block.bytes(), "X-Type: b\r\nContent-Type: b\r\n");
  block.remove("x-type");
  EXPECT_EQ(block.bytes(), "Content-Type: b\r\n");
}

TEST(Headers, LooksIntoLists) {
  Headers headers;
  headers.add("Accept", "a, text/event-stream ,b");
  headers.add("accept", "c");
  EXPECT_TRUE(headers.list_has("Accept", "TEXT/event-stream"));
  EXPECT_TRUE(headers.list_has("Accept", "c"));
  EXPECT_FALSE(headers.list_has("Accept", "event-stream"));
  EXPECT_EQ(headers.count("ACCEPT"), 2U);
}

TEST(Query, ValuesAreUnescaped) {
  EXPECT_EQ(query_value("a=1&b=x%20y+z&b=2&c", "b"), "x y z");
  EXPECT_EQ(query_value("a=1&c", "c"), "");
  EXPECT_EQ(query_value("a=1", "b"), std::nullopt);
  EXPECT_EQ(query_value("b=%4", "b"), std::nullopt);
  EXPECT_EQ(percent_decode("%zz", false), std::nullopt);
  EXPECT_EQ(percent_encode("a/b é~"), "a%2Fb%20%C3%A9~");
}

}  // namespace
}  // namespace tollgate::http
