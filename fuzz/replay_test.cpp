#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t*, std::size_t);
};

}  // namespace

#include "fuzz_table.inc"

namespace {

namespace fs = std::filesystem;

class FuzzCorpus : public testing::TestWithParam<Target> {};

// A target that finds something aborts; the file's name stands in the output before that.
TEST_P(FuzzCorpus, IsReplayedWithoutAFault) {
  const fs::path folder = fs::path(TOLLGATE_SOURCE_DIR) / "fuzz" / "corpus" / GetParam().name;
  ASSERT_TRUE(fs::is_directory(folder)) << "every fuzz target has seeds in " << folder;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  ASSERT_FALSE(files.empty()) << "every fuzz target has seeds in " << folder;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // Just as long as it is, so that the address sanitizer sees a read behind the end.
    const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
    SCOPED_TRACE(file);
    EXPECT_EQ(GetParam().run(data.data(), data.size()), 0);
  }
}
INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus, testing::ValuesIn(kTargets),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
