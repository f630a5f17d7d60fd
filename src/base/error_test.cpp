#include "base/error.h"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

Error whole() {
  return Error(ErrorCode::upstream_rejected_request, "no")
      .detail("long enough a text to be on the heap, so that a move leaves it empty")
      .param("messages[0]")
      .http(422)
      .retry_after_ms(1'500)
      .upstream("type", "code");
}

void expect_whole(const Error& error) {
  EXPECT_EQ(error.message(), "no");
  EXPECT_EQ(error.detail(), "long enough a text to be on the heap, so that a move leaves it empty");
  EXPECT_EQ(error.param(), "messages[0]");
  EXPECT_EQ(error.http_status(), 422);
  EXPECT_EQ(error.retry_after_ms(), 1'500);
  EXPECT_EQ(error.upstream_type(), "type");
  EXPECT_EQ(error.upstream_code(), "code");
}

TEST(Error, KeepsEachFactThatItIsMadeWith) { expect_whole(whole()); }

TEST(Error, OutlivesTheOneItWasMadeFrom) {
  Error error = whole();
  error = std::move(error).param("messages[0]");
  expect_whole(error);
  const Error& bound = Error(ErrorCode::internal, "no").detail("kept alive by its reference");
  EXPECT_EQ(bound.detail(), "kept alive by its reference");
}

TEST(Error, TakesFactsLater) {
  Error error(ErrorCode::upstream_rate_limited, "slow down");
  EXPECT_EQ(error.http_status(), 429);
  error.http(503).retry_after_ms(7);
  EXPECT_EQ(error.http_status(), 503);
  EXPECT_EQ(error.retry_after_ms(), 7);
  EXPECT_EQ(error.message(), "slow down");
}

}  // namespace
}  // namespace tollgate
