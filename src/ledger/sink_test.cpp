#include "ledger/sink.h"

#include <gtest/gtest.h>

#include "ledger/books_fixture.h"
#include "store/ledger_journals.h"

namespace tollgate::ledger {
namespace {

using testing::Books;

/// One journal of settled calls, in memory.
class Records final : public RecordSource {
 public:
  void visit(std::size_t, std::uint64_t from, std::uint64_t to, const Visit& visit) override {
    for (std::uint64_t i = from; i < to; ++i) visit(calls[i], false);
  }
  void visit_names(std::size_t, std::uint64_t from, std::uint64_t to, const VisitName& visit) override {
    for (std::uint64_t i = from; i < to; ++i) visit(store::NameKind::model, calls[i].facts.model);
  }
  [[nodiscard]] std::string_view text_of(NameId id) const override { return names.text_of(id); }
  [[nodiscard]] SlotView bytes_of(std::size_t, std::uint64_t) override { return bytes; }
  [[nodiscard]] std::uint64_t first_slot(std::size_t) override { return 0; }

  std::vector<CallRecord> calls;
  NameTable names;
  std::array<std::byte, kSlotBytes> bytes{};
};

struct SinkTest : ::testing::Test {
  SinkTest() {
    user = books.user(1'000);
    token = books.token(user, 1'000);
    channel = books.channel();
    const store::JournalRow row{.id = "n/1/0", .node_id = 1, .epoch = 1};
    EXPECT_TRUE(store::create_journals(books.db(), std::span(&row, 1)));
    for (int i = 1; i <= 4; ++i) call("gpt-4o", i);
  }
  void call(std::string_view model, Quota quota) {
    CallRecord record;
    record.kind = RecordKind::settle;
    record.user = user;
    record.token = token;
    record.quota = quota;
    record.facts.channel = channel;
    record.facts.model = source.names.intern(model);
    source.calls.push_back(record);
  }
  std::unique_ptr<Sink> sink() {
    auto out = std::make_unique<Sink>(books.databases().main(), Sink::Role::both, books.clock, source);
    out->watch("n/1/0", 0);
    return out;
  }
  static Result<void> apply(Sink& sink, std::uint64_t from, std::uint64_t to) {
    const Sink::Range range{0, from, to};
    return sink.apply(std::span(&range, 1));
  }
  Books books;
  UserId user;
  TokenId token;
  ChannelId channel;
  Records source;
};

TEST_F(SinkTest, TakesACommitWhoseReplyWasLostForDone) {
  const auto lost = sink(), other = sink();
  ASSERT_TRUE(apply(*lost, 0, 4));
  // The other one is where `lost` would be without the reply: it sent the same transaction and does not know.
  EXPECT_FALSE(apply(*other, 0, 4));
  EXPECT_EQ(other->position(0), 4u);
  EXPECT_FALSE(other->retired());
  EXPECT_EQ(books.used(AccountKey::of(user)), 10);
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(SinkTest, TriesAgainWhatWasNotCommitted) {
  const auto mine = sink();
  books.execute("ALTER TABLE logs RENAME TO away");
  books.execute("ALTER TABLE quarantine RENAME TO away2");
  EXPECT_FALSE(apply(*mine, 0, 4));
  EXPECT_EQ(books.used(AccountKey::of(user)), 0) << "all of it or nothing";
  books.execute("ALTER TABLE away RENAME TO logs");
  books.execute("ALTER TABLE away2 RENAME TO quarantine");
  EXPECT_EQ(mine->position(0), 0u);
  ASSERT_TRUE(apply(*mine, 0, 4));
  EXPECT_EQ(books.used(AccountKey::of(user)), 10);
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(SinkTest, WritesARowWithoutANameThatNoDatabaseTakes) {
  call(std::string_view("bad\0name", 8), 5);
  const auto mine = sink();
  ASSERT_TRUE(apply(*mine, 0, 5));
  EXPECT_EQ(mine->quarantined(), 0u);
  EXPECT_EQ(books.used(AccountKey::of(user)), 15);
  EXPECT_EQ(books.log_rows().at(0).model, 0);
  EXPECT_NE(books.log_rows().at(1).model, 0);
}

TEST_F(SinkTest, ChargesWhatItSetsAsideIfOnlyTheLogRowIsRefused) {
  books.execute(
      "CREATE TRIGGER picky BEFORE INSERT ON logs WHEN NEW.quota = 3 BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  const auto mine = sink();
  const Sink::Range range{0, 0, 4};
  Quota told = 0;
  ASSERT_TRUE(mine->apply(std::span(&range, 1), [&](std::span<const Sink::Range>, const Fold& fold) {
    for (const store::UsageDelta& delta : fold.users()) told += delta.used;
  }));
  EXPECT_EQ(mine->quarantined(), 1u);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM quarantine"), 1);
  EXPECT_EQ(told, 10) << "the live balances know of it";
  const auto sums = books.sums();
  EXPECT_EQ(sums.users, 10);
  EXPECT_EQ(sums.tokens, 10);
  EXPECT_EQ(sums.channels, 10);
  EXPECT_EQ(sums.statistics, 10);
  EXPECT_EQ(sums.logs, 7);
}

TEST_F(SinkTest, ChargesNobodyWhereAnAccountIsGone) {
  books.execute("DELETE FROM tokens WHERE id = " + std::to_string(token.value));
  const auto mine = sink();
  Quota told = 0;
  const Sink::Range range{0, 0, 4};
  ASSERT_TRUE(mine->apply(std::span(&range, 1), [&](std::span<const Sink::Range>, const Fold& fold) {
    for (const store::UsageDelta& delta : fold.users()) told += delta.used;
  }));
  EXPECT_EQ(mine->quarantined(), 4u);
  EXPECT_EQ(told, 0);
  EXPECT_EQ(books.sums().users, 0);
  EXPECT_EQ(mine->position(0), 4u);
}

TEST_F(SinkTest, AppliesNothingOnceRetired) {
  const auto mine = sink();
  ASSERT_TRUE(apply(*mine, 0, 2));
  books.execute("UPDATE journals SET live = 0");
  EXPECT_FALSE(apply(*mine, 2, 4));
  EXPECT_TRUE(mine->retired());
  EXPECT_EQ(apply(*mine, 2, 4).error().code(), ErrorCode::conflict);
  EXPECT_EQ(books.used(AccountKey::of(user)), 3);
}

TEST_F(SinkTest, ClosesAJournalWithTheCallsItMadeUp) {
  const auto mine = sink();
  std::vector<CallRecord> ends{source.calls[0]};
  ends[0].quota = 100;
  ASSERT_TRUE(mine->close({0, 0, 4}, {0, ends}));
  EXPECT_EQ(books.used(AccountKey::of(user)), 110);
  EXPECT_TRUE(books.sums().agree());
  const auto row = store::find_journal(books.db(), "n/1/0");
  ASSERT_TRUE(row && *row);
  EXPECT_FALSE((*row)->live);
  EXPECT_EQ((*row)->position, 4);
}

}  // namespace
}  // namespace tollgate::ledger
