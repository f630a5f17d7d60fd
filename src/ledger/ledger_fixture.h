#pragma once

#include <gtest/gtest.h>

#include "ledger/books_fixture.h"
#include "ledger/ledger.h"

namespace tollgate::ledger {

/// One user, one token and one channel, and calls of theirs.
struct LedgerTest : ::testing::Test {
  LedgerTest() {
    user = books.user(1'000);
    token = books.token(user, 600);
    channel = books.channel();
  }
  void start(unsigned workers = 1) {
    books.start(workers);
    account = books.account(user, token);
  }
  Result<Reservation> open(Quota estimate, Quota maximum = 0, const Price& price = testing::per_token()) {
    return books.worker().open(account, price, Decimal(1), {estimate, maximum}, books.facts(channel));
  }
  testing::Books books;
  UserId user;
  TokenId token;
  ChannelId channel;
  Account account;
};

}  // namespace tollgate::ledger
