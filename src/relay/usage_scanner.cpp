#include "relay/usage_scanner.h"

#include <cstring>

namespace tollgate::relay {

void UsageScanner::feed(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() && !complete_; ++i) {
    const char c = bytes[i];
    if (capturing_) {
      if (value_.size() >= kMaxValue) {
        capturing_ = false;
        value_.clear();
      } else {
        value_ += c;
      }
    }
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        if (expect_key_) {
          expect_key_ = false;
          key_matches_ = key_ == "usage";
        }
      } else if (expect_key_) {
        if (key_.size() < 16) key_ += c;
      } else if (!capturing_) {
        // Long strings are most of an answer: go to the next quote or backslash at once.
        const void* quote = std::memchr(bytes.data() + i, '"', bytes.size() - i);
        const std::size_t end =
            quote ? static_cast<std::size_t>(static_cast<const char*>(quote) - bytes.data()) : bytes.size();
        const void* slash = std::memchr(bytes.data() + i, '\\', end - i);
        i = (slash ? static_cast<std::size_t>(static_cast<const char*>(slash) - bytes.data()) : end) - 1;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string_ = true;
        key_.clear();
        break;
      case '{':
      case '[':
        ++depth_;
        if (depth_ == 1) expect_key_ = c == '{';
        if (depth_ == 2 && key_matches_ && c == '{') {
          capturing_ = true;
          value_ = "{";
          key_matches_ = false;
        }
        break;
      case '}':
      case ']':
        --depth_;
        if (depth_ == 1 && capturing_) complete_ = true;
        break;
      case ',':
        if (depth_ == 1) {
          expect_key_ = true;
          key_matches_ = false;
        }
        break;
      default:
        break;
    }
  }
}

}  // namespace tollgate::relay
