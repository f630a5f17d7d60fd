#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace tollgate::test {
namespace {

namespace fs = std::filesystem;

bool updating() {
  const char* flag = std::getenv("UPDATE_GOLDEN");
  return flag && std::string_view(flag) == "1";
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out) ADD_FAILURE() << "cannot write " << path;
}

void pretty_to(const json::value& value, int depth, std::string& out) {
  const auto line = [&](int at) { out.append("\n").append(static_cast<std::size_t>(at) * 2, ' '); };
  if (const json::object* object = value.if_object(); object && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      json::quote_to({member.key().data(), member.key().size()}, out);
      out += ": ";
      pretty_to(member.value(), depth + 1, out);
    }
    line(depth);
    out += '}';
  } else if (const json::array* array = value.if_array(); array && !array->empty()) {
    out += '[';
    bool first = true;
    for (const json::value& element : *array) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      pretty_to(element, depth + 1, out);
    }
    line(depth);
    out += ']';
  } else {
    json::serialize_to(value, out);
  }
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    ADD_FAILURE() << "cannot read " << path;
    return {};
  }
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

json::object read_json(const fs::path& path) {
  auto parsed = json::parse_object(read_file(path));
  if (!parsed) {
    ADD_FAILURE() << path << ": " << parsed.error().message();
    return {};
  }
  return std::move(*parsed);
}

void expect_golden(const fs::path& path, const json::value& actual) {
  if (updating()) {
    write(path, pretty(actual) + "\n");
    return;
  }
  const auto expected = json::parse(read_file(path));
  ASSERT_TRUE(expected.has_value()) << path << ": " << expected.error().message();
  EXPECT_TRUE(*expected == actual) << path << "\nexpected " << pretty(*expected) << "\ngot " << pretty(actual);
}

void expect_golden_text(const fs::path& path, std::string_view actual) {
  if (updating()) {
    write(path, actual);
    return;
  }
  EXPECT_EQ(read_file(path), actual) << path;
}

std::vector<std::string> cases_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string pretty(const json::value& document) {
  std::string out;
  pretty_to(document, 0, out);
  return out;
}

}  // namespace tollgate::test
