#include "base/secret.h"

#include <array>
#include <memory>
#include <sstream>
#include <string_view>

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Secret, PrintsAsStars) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "***");
}

TEST(Secret, MovesAndCopies) {
  Secret a("hunter2");
  Secret copy = a;
  Secret moved = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(copy.reveal(), "hunter2");
  EXPECT_EQ(moved.reveal(), "hunter2");
  copy = moved;
  moved = Secret(std::string(100, 'x'));
  EXPECT_EQ(copy.reveal(), "hunter2");
  EXPECT_EQ(moved.reveal().size(), 100U);
}

TEST(Secret, LeavesNothingInItsOwnMemory) {
  // A short text lives inside the object itself, where it can be looked for afterwards.
  alignas(Secret) std::array<char, sizeof(Secret)> memory{};
  auto* secret = std::construct_at(reinterpret_cast<Secret*>(memory.data()), "hunter2");
  EXPECT_NE(std::string_view(memory.data(), memory.size()).find("hunter2"), std::string_view::npos);
  Secret moved = std::move(*secret);
  EXPECT_EQ(std::string_view(memory.data(), memory.size()).find("unter2"), std::string_view::npos);
  *secret = std::move(moved);
  std::destroy_at(secret);
  EXPECT_EQ(std::string_view(memory.data(), memory.size()).find("unter2"), std::string_view::npos);
}

}  // namespace
}  // namespace tollgate
