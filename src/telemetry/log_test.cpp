#include "telemetry/log.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "telemetry/log_file.h"
#include "telemetry/log_format.h"

namespace tollgate::log {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNoon = 1'769'860'800'123;  // 2026-01-31T12:00:00.123Z
constexpr std::int64_t kDay = 24LL * 3600 * 1000;

std::string line_of(Format format, Level level, std::string_view message, Fields fields = {}) {
  std::string out;
  format_line(out, format, level, kNoon, message, {fields.begin(), fields.size()});
  return out;
}

TEST(LogLine, AsText) {
  EXPECT_EQ(line_of(Format::text, Level::info, "listening",
                    {{"host", "0.0.0.0"}, {"port", 3000}, {"tls", false}, {"load", 0.5}}),
            "2026-01-31T12:00:00.123Z info listening host=0.0.0.0 port=3000 tls=false load=0.5\n");
  EXPECT_EQ(line_of(Format::text, Level::warn, "a\nb", {{"path", "x y"}, {"empty", ""}, {"q", "a\"b"}}),
            "2026-01-31T12:00:00.123Z warn a\\nb path=\"x y\" empty=\"\" q=\"a\\\"b\"\n");
}

TEST(LogLine, AsJson) {
  EXPECT_EQ(line_of(Format::json, Level::error, "it \"broke\"",
                    {{"n", -1}, {"big", ~std::uint64_t{0}}, {"ok", true}, {"s", "tab\t"}}),
            "{\"time\":\"2026-01-31T12:00:00.123Z\",\"level\":\"error\",\"msg\":\"it \\\"broke\\\"\",\"n\":-1,"
            "\"big\":18446744073709551615,\"ok\":true,\"s\":\"tab\\t\"}\n");
}

TEST(LogLine, IsAlwaysOneLineOfUtf8) {
  const std::string hostile("\x00\x1b[31m\xff\xc3(\xed\xa0\x80 日本\r\n", 20);
  for (const Format format : {Format::text, Format::json}) {
    const std::string line = line_of(format, Level::info, hostile, {{"v", hostile}});
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(line.find('\xff'), std::string::npos);
    EXPECT_NE(line.find("日"), std::string::npos);
  }
}

TEST(LogLine, LongValuesAreCut) {
  EXPECT_LT(line_of(Format::text, Level::info, std::string(100'000, 'm'), {{"v", std::string(100'000, 'v')}}).size(),
            9000U);
}

TEST(LogLine, NeverHoldsASecret) {
  for (const Format format : {Format::text, Format::json}) {
    const std::string line = line_of(format, Level::info, "refused sk-0123456789SECRET",
                                     {{"api_key", "SECRET1,SECRET&SECRET;SECRET SECRET"},
                                      {"header", "Authorization: Bearer SECRET2"},
                                      {"body", R"({"key":"SECRET3"})"},
                                      {"url", "http://u:SECRET4@h/?key=SECRET5"}});
    EXPECT_EQ(line.find("SECRET"), std::string::npos) << line;
  }
}

TEST(LogLevel, NamesOfThePredecessorsParse) {
  EXPECT_EQ(parse_level("INFO"), Level::info);
  EXPECT_EQ(parse_level("warning"), Level::warn);
  EXPECT_EQ(parse_level("fatal"), Level::error);
  EXPECT_EQ(parse_level("panic"), Level::error);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
}

class LogFolder : public testing::Test {
 protected:
  LogFolder() {
    std::string pattern = (fs::temp_directory_path() / "tollgate-log-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~LogFolder() override {
    stop();
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
  }
  [[nodiscard]] std::string read(const std::string& name = "tollgate.log") const {
    std::ifstream file(dir_ / name, std::ios::binary);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(dir_)) out.insert(entry.path().filename().string());
    return out;
  }
  using Names = std::set<std::string>;
  fs::path dir_;
};

TEST_F(LogFolder, AFullFileIsSetAsideAtALineEnd) {
  RotatingFile file({.dir = dir_, .max_bytes = 20});
  ASSERT_TRUE(file.open(kNoon));
  EXPECT_EQ(file.write("line one\nline two\nline three\n", kNoon), 29U);
  EXPECT_EQ(names(), (Names{"tollgate.2026-01-31.1.log", "tollgate.log"}));
  EXPECT_EQ(read("tollgate.2026-01-31.1.log"), "line one\nline two\n");
  EXPECT_EQ(read(), "line three\n");
  EXPECT_EQ(file.write("line four, which is longer than a file may be\nnext\n", kNoon), 51U);
  EXPECT_EQ(read("tollgate.2026-01-31.2.log"), "line three\n");
  EXPECT_EQ(read("tollgate.2026-01-31.3.log"), "line four, which is longer than a file may be\n");
  EXPECT_EQ(read(), "next\n");
}

TEST_F(LogFolder, ADayBeginsANewFile) {
  RotatingFile file({.dir = dir_});
  ASSERT_TRUE(file.open(kNoon));
  file.write("today\n", kNoon);
  file.write("tomorrow\n", kNoon + kDay);
  EXPECT_EQ(names(), (Names{"tollgate.2026-01-31.1.log", "tollgate.log"}));
  EXPECT_EQ(read(), "tomorrow\n");
  RotatingFile same({.dir = dir_, .name = "other.log", .daily = false});
  ASSERT_TRUE(same.open(kNoon));
  same.write("today\n", kNoon);
  same.write("tomorrow\n", kNoon + kDay);
  EXPECT_EQ(read("other.log"), "today\ntomorrow\n");
}

TEST_F(LogFolder, OldFilesAreDeletedByNumberAndByAgeAndNoOthers) {
  for (const char* name : {"tollgate.2026-01-01.1.log", "tollgate.2026-01-29.1.log", "tollgate.2026-01-30.1.log",
                           "tollgate.2026-01-30.2.log", "tollgate.2026-01-30.10.log", "tollgate.notes.log",
                           "other.2026-01-01.1.log", "tollgate.2026-01-01.x.log"}) {
    std::ofstream(dir_ / name) << "x\n";
  }
  RotatingFile file({.dir = dir_, .keep_files = 3, .keep_days = 7});
  ASSERT_TRUE(file.open(kNoon));
  EXPECT_EQ(names(),
            (Names{"other.2026-01-01.1.log", "tollgate.2026-01-01.x.log", "tollgate.2026-01-30.1.log",
                   "tollgate.2026-01-30.10.log", "tollgate.2026-01-30.2.log", "tollgate.log", "tollgate.notes.log"}));
}

TEST_F(LogFolder, AnExistingFileIsAppendedTo) {
  std::ofstream(dir_ / "tollgate.log") << "before\n";
  {
    RotatingFile file({.dir = dir_, .daily = false});
    ASSERT_TRUE(file.open(kNoon));
    file.write("after\n", kNoon);
  }
  EXPECT_EQ(read(), "before\nafter\n");
}

TEST_F(LogFolder, AFileThatCannotBeMadeIsNamed) {
  std::ofstream(dir_ / "file") << "x";
  RotatingFile file({.dir = dir_ / "file" / "below"});
  const auto opened = file.open(kNoon);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message().find((dir_ / "file").string()), std::string::npos);
  EXPECT_EQ(file.write("lost\n", kNoon), 0U);
  EXPECT_FALSE(start({.dir = dir_ / "file" / "below"}));
}

TEST_F(LogFolder, LinesOfAllThreadsArriveWholeAndInOrder) {
  ASSERT_TRUE(start({.dir = dir_, .queue_bytes = 64 << 20}));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 500; ++i) info("line", {{"thread", t}, {"n", i}});
      });
    }
  }
  flush();
  std::istringstream lines(read());
  std::array<int, 4> next{};
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto at = line.find(" info line thread=");
    ASSERT_NE(at, std::string::npos) << line;
    const auto thread = static_cast<std::size_t>(line[at + 18] - '0');
    ASSERT_EQ(std::stoi(line.substr(line.find("n=", at + 18) + 2)), next[thread]++);
  }
  EXPECT_EQ(count, 2000);
}

TEST_F(LogFolder, LevelsBelowTheSetOneAreNotWritten) {
  ASSERT_TRUE(start({.level = Level::warn, .dir = dir_}));
  info("not this");
  error("this");
  set_level(Level::debug);
  debug("and this");
  set_level(Level::off);
  error("nor this");
  flush();
  EXPECT_NE(read().find(" error this\n"), std::string::npos);
  EXPECT_NE(read().find(" debug and this\n"), std::string::npos);
  EXPECT_EQ(read().find("not this"), std::string::npos);
  EXPECT_EQ(read().find("nor this"), std::string::npos);
}

TEST_F(LogFolder, AFullQueueDropsAndCounts) {
  const std::uint64_t before = dropped();
  ASSERT_TRUE(start({.dir = dir_, .queue_bytes = 100}));
  info(std::string(500, 'x'));
  info("short");
  flush();
  EXPECT_EQ(dropped() - before, 1U);
  EXPECT_NE(read().find(" info short\n"), std::string::npos);
  EXPECT_NE(read().find("log lines were dropped"), std::string::npos);
}

TEST_F(LogFolder, StopWritesWhatIsLeft) {
  ASSERT_TRUE(start({.dir = dir_}));
  info("last words");
  stop();
  stop();
  EXPECT_NE(read().find("last words"), std::string::npos);
}

TEST_F(LogFolder, ARenamedFileIsLeftAloneAfterAReopen) {
  ASSERT_TRUE(start({.dir = dir_}));
  info("first");
  flush();
  fs::rename(dir_ / "tollgate.log", dir_ / "moved.log");
  reopen();
  info("second");
  flush();
  EXPECT_NE(read("moved.log").find("first"), std::string::npos);
  EXPECT_NE(read().find("second"), std::string::npos);
  EXPECT_EQ(read().find("first"), std::string::npos);
}

TEST_F(LogFolder, TheFileIsNotForEverybody) {
  ASSERT_TRUE(start({.dir = dir_}));
  struct stat info_of_file{};
  ASSERT_EQ(::stat((dir_ / "tollgate.log").c_str(), &info_of_file), 0);
  EXPECT_EQ(info_of_file.st_mode & 07U, 0U);
}

TEST_F(LogFolder, AnAccessLineHoldsWhatIsKnown) {
  ASSERT_TRUE(start({.dir = dir_}));
  Access line;
  line.request_id = "R1";
  line.method = "POST";
  line.path = "/v1/chat/completions";
  line.status = 200;
  line.latency_us = 1234;
  line.model = "gpt-4";
  line.upstream_model = "gpt-4";
  line.user_id = 7;
  line.attempts = 1;
  access(line);
  flush();
  EXPECT_NE(read().find(
                " info access request_id=R1 status=200 method=POST path=/v1/chat/completions latency_us=1234 user_id=7 "
                "model=gpt-4\n"),
            std::string::npos)
      << read();
  stop();
  ASSERT_TRUE(start({.access = false, .dir = dir_, .file_name = "quiet.log"}));
  EXPECT_FALSE(access_enabled());
  access(line);
  flush();
  EXPECT_EQ(read("quiet.log"), "");
}

TEST_F(LogFolder, AFailureIsWrittenWithItsDetail) {
  ASSERT_TRUE(start({.dir = dir_}));
  failure(Level::error, "could not flush",
          Error(ErrorCode::storage_unavailable, "the database is away").detail("timeout"), {{"batch", 3}});
  flush();
  EXPECT_NE(
      read().find("could not flush batch=3 error=storage_unavailable reason=\"the database is away\" detail=timeout\n"),
      std::string::npos)
      << read();
}

TEST(LogEvery, IsTrueOnceAnInterval) {
  std::atomic<std::int64_t> state = 0;
  EXPECT_TRUE(every(state, 3'600'000));
  EXPECT_FALSE(every(state, 3'600'000));
  EXPECT_TRUE(every(state, 0));
}

}  // namespace
}  // namespace tollgate::log
