#include "console/negotiation.h"

#include <gtest/gtest.h>

namespace tollgate::console {
namespace {

constexpr File kScript{.path = "assets/a.js",
                       .content_type = "text/javascript",
                       .hash = "abc",
                       .plain = "0123456789",
                       .br = "0123",
                       .gzip = "012345"};
constexpr File kDot{
    .path = "dot.svg", .content_type = "image/svg+xml", .hash = "def", .plain = "<svg/>", .br = {}, .gzip = {}};

TEST(Encodings, TheBestLikedIsChosenAndOfTwoTheSmaller) {
  const auto encoding = [](std::string_view accept) { return choose(kScript, accept).encoding; };
  EXPECT_EQ(encoding(""), "");
  EXPECT_EQ(encoding("gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(encoding("gzip"), "gzip");
  EXPECT_EQ(encoding("GZIP"), "gzip");
  EXPECT_EQ(encoding("*"), "br");
  EXPECT_EQ(encoding("br;q=0, *"), "gzip");
  EXPECT_EQ(encoding("br;q=0.5, gzip;q=0.8, identity;q=0"), "gzip");
  EXPECT_EQ(encoding("br; q=0.001, gzip ;q=0, identity;q=0"), "br");
  EXPECT_EQ(encoding("gzip;q=0.5, identity;q=1"), "");
  EXPECT_EQ(encoding("gzip;q=0.5"), "gzip");
  EXPECT_EQ(encoding("zstd, deflate"), "");
}

TEST(Encodings, WhatCannotBeReadCountsForNothing) {
  const auto encoding = [](std::string_view accept) { return choose(kScript, accept).encoding; };
  EXPECT_EQ(encoding("br;q=x, gzip;q="), "");
  EXPECT_EQ(encoding(",,;;q=1,"), "");
  EXPECT_EQ(encoding("brotli, gzipped"), "");
}

TEST(Encodings, PlainBytesRemainEvenWhereTheyAreRefused) {
  EXPECT_EQ(choose(kDot, "br, gzip").bytes, "<svg/>");
  EXPECT_EQ(choose(kDot, "identity;q=0").bytes, "<svg/>");
}

TEST(EntityTags, DifferByEncoding) {
  EXPECT_EQ(choose(kScript, "").etag, "\"abc\"");
  EXPECT_EQ(choose(kScript, "gzip").etag, "\"abc-gzip\"");
  EXPECT_EQ(choose(kScript, "br").etag, "\"abc-br\"");
}

TEST(EntityTags, AreFoundInLists) {
  EXPECT_TRUE(names_etag("\"abc\"", "\"abc\""));
  EXPECT_TRUE(names_etag("\"x\", W/\"abc\"", "\"abc\""));
  EXPECT_TRUE(names_etag(" * ", "\"abc\""));
  for (const std::string_view other : {"", "abc", "\"ab\"", "\"abc-br\"", "\"*\""}) {
    EXPECT_FALSE(names_etag(other, "\"abc\"")) << other;
  }
}

TEST(Pages, AreForThoseWhoTakeHtml) {
  EXPECT_TRUE(accepts_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  EXPECT_TRUE(accepts_html("*/*"));
  EXPECT_TRUE(accepts_html(""));
  EXPECT_TRUE(accepts_html("text/*"));
  EXPECT_FALSE(accepts_html("application/json"));
  EXPECT_FALSE(accepts_html("text/html;q=0"));
}

}  // namespace
}  // namespace tollgate::console
