#include <gtest/gtest.h>

#include "manage/dates.h"
#include "manage/fields.h"
#include "manage/paging.h"
#include "manage/price_value.h"
#include "manage/reply.h"

namespace tollgate::manage {
namespace {

TEST(ManageFields, NamesAreFoldedAndTheLastOfSeveralCounts) {
  const auto body = json::parse_object(R"({"Name":"a","NAME":"b","inner":{"Kept":1}})");
  ASSERT_TRUE(body);
  const json::object folded = fold_names(*body);
  EXPECT_EQ(folded.size(), 2U);
  EXPECT_EQ(json::find_string(folded, "name"), "b");
  EXPECT_TRUE(json::find_object(folded, "inner")->contains("Kept"));
}

TEST(ManageFields, AQuerysNumbersAreCheckedAndAbsentOnesAreZero) {
  const QueryFields query("page=3&empty=&bad=x&flag=TRUE&off=0&text=%41+b&text=c");
  EXPECT_EQ(query.integer("page").value(), 3);
  EXPECT_EQ(query.integer("empty").value(), 0);
  EXPECT_EQ(query.integer("absent").value(), 0);
  const auto bad = query.integer("bad");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().param(), "bad");
  EXPECT_EQ(query.boolean("flag").value(), true);
  EXPECT_EQ(query.boolean("off").value(), false);
  EXPECT_EQ(query.boolean("empty").value(), std::nullopt);
  EXPECT_FALSE(query.boolean("bad"));
  EXPECT_EQ(query.text("text"), "A b");
}

TEST(ManagePaging, CountsFromOneAndHasBounds) {
  const Paging paging = read_paging(QueryFields("page=3&size=20&order=-id")).value();
  EXPECT_EQ(paging.request.offset, 40);
  EXPECT_EQ(paging.request.limit, 20);
  EXPECT_EQ(paging.request.order, "-id");
  EXPECT_EQ(read_paging(QueryFields("page=-1&size=-5")).value().request.limit, 10);
  EXPECT_EQ(read_paging(QueryFields("")).value().page, 1);
  EXPECT_FALSE(read_paging(QueryFields("size=101")));
  EXPECT_FALSE(read_paging(QueryFields("page=x")));
  EXPECT_GT(read_paging(QueryFields("page=9223372036854775807&size=100")).value().request.offset, 0);
}

TEST(ManagePaging, KnowsTheOtherPredecessorsPages) {
  const Paging paging = read_paging(QueryFields("p=2&size=50&order=quota")).value();
  EXPECT_TRUE(paging.bare);
  EXPECT_EQ(paging.request.offset, 20);
  EXPECT_EQ(paging.request.limit, 10);
  EXPECT_EQ(paging.request.order, "");
  EXPECT_TRUE(page_value(paging, {1, 2}, 22).is_array());
  const Paging both = read_paging(QueryFields("p=0&page=2")).value();
  EXPECT_FALSE(both.bare);
  EXPECT_EQ(json::serialize(page_value(both, {1}, 11)), R"({"data":[1],"page":2,"size":10,"total_count":11})");
  EXPECT_EQ(read_paging(QueryFields("p=x")).value().page, 1);
}

TEST(ManageReply, EnvelopesAreThePredecessors) {
  EXPECT_EQ(ok().body, R"({"success":true,"message":""})");
  EXPECT_EQ(ok(json::value("a\"b")).body, R"({"success":true,"message":"","data":"a\"b"})");
  EXPECT_EQ(ok(json::value(nullptr), {{"time", 2}}).body, R"({"success":true,"message":"","data":null,"time":2})");
  EXPECT_EQ(ok_saying("x").body, R"({"success":true,"message":"x"})");
}

TEST(ManageReply, AFailureNamesTheMemberThatWasRefused) {
  EXPECT_EQ(failure(Error(ErrorCode::not_found, "gone")).body, R"({"success":false,"message":"gone"})");
  EXPECT_EQ(failure(Error(ErrorCode::invalid_request, "name is long").param("name")).body,
            R"({"success":false,"message":"name is long","field":"name"})");
}

TEST(ManageReply, OnlyWhatIsNotTheCallersDoingHasAnotherStatus) {
  EXPECT_EQ(failure(Error(ErrorCode::not_found, "gone")).status, 200);
  EXPECT_EQ(failure(Error(ErrorCode::invalid_json, "bad")).status, 200);
  EXPECT_EQ(failure(Error(ErrorCode::permission_denied, "no")).status, 200);
  EXPECT_EQ(failure(Error(ErrorCode::storage_unavailable, "away")).status, 503);
  EXPECT_EQ(failure(Error(ErrorCode::internal, "x")).status, 500);
  const Reply slow = failure(Error(ErrorCode::rate_limit_exceeded, "slow").retry_after_ms(1'001));
  EXPECT_EQ(slow.status, 429);
  EXPECT_EQ(slow.headers.find("Retry-After"), "2");
}

TEST(ManageDates, AreReadAndWritten) {
  EXPECT_EQ(date_text(1'767'225'599), "2025-12-31");
  EXPECT_EQ(date_text(1'767'225'600), "2026-01-01");
  EXPECT_EQ(parse_date("2026-01-01"), 1'767'225'600);
  EXPECT_EQ(parse_date("2024-02-29"), 1'709'164'800);
  for (const char* bad :
       {"", "2026-1-1", "2026-02-30", "2026-13-01", "20260101", "2026-01-01T", "x026-01-01", "0001-01-01"}) {
    EXPECT_EQ(parse_date(bad), std::nullopt) << bad;
  }
}

TEST(ManagePrices, TheLongestPatternThatFitsCounts) {
  std::vector<store::PriceRow> prices(4);
  prices[0].model = "gpt-*";
  prices[1].model = "gpt-4*";
  prices[2].model = "gpt-4o";
  prices[3].model = "other";
  EXPECT_EQ(find_price_row(prices, "gpt-4o"), &prices[2]);
  EXPECT_EQ(find_price_row(prices, "gpt-4.1"), &prices[1]);
  EXPECT_EQ(find_price_row(prices, "gpt-3"), &prices[0]);
  EXPECT_EQ(find_price_row(prices, "claude"), nullptr);
  prices[0].extra_ratios = R"({"cached_tokens":0.5})";
  prices[0].input = "1.25";
  EXPECT_EQ(
      json::serialize(price_value(prices[0])),
      R"({"model":"gpt-*","type":"tokens","channel_type":0,"input":1.25,"output":0.0,"locked":false,)"
      R"("usd":{"input":"2.5","output":"0","extra":{"cached_tokens":"1.25"}},"extra_ratios":{"cached_tokens":0.5}})");
}

}  // namespace
}  // namespace tollgate::manage
