#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/strings.h"
#include "crypto/encoding.h"
#include "providers/demo/answers.h"
#include "providers/demo/words.h"

namespace tollgate::providers::demo {
namespace {

constexpr std::int64_t kDefaultDimensions = 256;
constexpr std::int64_t kMostDimensions = 4096;
constexpr std::size_t kMostInputs = 2048;

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash ^ hash >> 29;
}

/// A bag of hashed words, of length one: texts that share words lie near each other, the same text always lies at the
/// same place.
std::vector<float> embed(std::string_view text, std::size_t dimensions) {
  std::vector<double> sums(dimensions);
  for (const std::string_view piece : pieces_of(text)) {
    const std::uint64_t hash = hash_of(to_lower(trim(piece)));
    for (int part = 0; part < 4; ++part) {
      const std::uint64_t bits = hash >> part * 16;
      sums[bits % dimensions] += (bits & 0x8000) != 0 ? 1.0 : -1.0;
    }
  }
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  if (squares == 0) {
    sums[0] = squares = 1;
  }
  std::vector<float> out;
  for (const double sum : sums) out.push_back(static_cast<float>(sum / std::sqrt(squares)));
  return out;
}

std::string floats_json(const std::vector<float>& vector) {
  std::string out = "[";
  for (const float number : vector) {
    if (out.size() > 1) out += ',';
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed);
    out.append(text, static_cast<std::size_t>(result.ptr - text));
  }
  return out + "]";
}

/// Little-endian 32-bit floats, as OpenAI packs them.
std::string packed(const std::vector<float>& vector) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(vector.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), vector.data(), bytes.size());
  return crypto::base64(bytes);
}

LocalAnswer bad_input() {
  return failed(400, "invalid_request_error", "invalid_value", "input must be a text or a list of texts");
}

}  // namespace

LocalAnswer answer_embeddings(const LocalCall&, const json::object& request) {
  const json::value* input = json::find(request, "input");
  const std::vector<std::string> texts = input != nullptr ? texts_of(*input) : std::vector<std::string>{};
  if (texts.empty() || texts.size() > kMostInputs) return bad_input();
  std::int64_t dimensions = kDefaultDimensions;
  if (const json::value* wanted = json::find(request, "dimensions")) {
    if (!wanted->is_int64() || wanted->get_int64() < 1 || wanted->get_int64() > kMostDimensions) {
      return failed(400, "invalid_request_error", "invalid_value",
                    fmt::format("dimensions must be an integer between 1 and {}", kMostDimensions));
    }
    dimensions = wanted->get_int64();
  }
  const bool base64 = json::find_string(request, "encoding_format") == "base64";

  std::int64_t tokens = 0;
  std::string body = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    tokens += count_pieces(texts[i]);
    const std::vector<float> vector = embed(texts[i], static_cast<std::size_t>(dimensions));
    body += fmt::format(R"({}{{"object":"embedding","index":{},"embedding":{}}})", i > 0 ? "," : "", i,
                        base64 ? json::quote(packed(vector)) : floats_json(vector));
  }
  body += R"(],"model":)";
  json::quote_to(json::find_string(request, "model"), body);
  body += fmt::format(R"(,"usage":{{"prompt_tokens":{},"total_tokens":{}}}}})", tokens, tokens);
  LocalAnswer out = json_answer({});
  out.steps[0].bytes = std::move(body);
  return out;
}

LocalAnswer answer_moderations(const LocalCall& call, const json::object& request) {
  constexpr std::string_view kCategories[] = {"sexual",
                                              "sexual/minors",
                                              "harassment",
                                              "harassment/threatening",
                                              "hate",
                                              "hate/threatening",
                                              "illicit",
                                              "illicit/violent",
                                              "self-harm",
                                              "self-harm/intent",
                                              "self-harm/instructions",
                                              "violence",
                                              "violence/graphic"};
  constexpr std::string_view kFlagged[] = {"kill", "murder", "bomb"};
  const json::value* input = json::find(request, "input");
  std::vector<std::string> texts = input != nullptr ? texts_of(*input) : std::vector<std::string>{};
  if (texts.empty() && input != nullptr && input->is_array()) {
    // Parts: texts and images of one document.
    std::string joined;
    for (const json::value& part : input->get_array()) {
      if (const json::object* inner = part.if_object()) joined += json::find_string(*inner, "text");
    }
    if (!input->get_array().empty()) texts.push_back(std::move(joined));
  }
  if (texts.empty()) return bad_input();

  json::array results;
  for (const std::string& text : texts) {
    bool violent = false;
    for (const std::string_view word : kFlagged) violent = violent || icontains(text, word);
    json::object categories, scores;
    for (const std::string_view category : kCategories) {
      const bool hit = violent && category == "violence";
      const boost::json::string_view key(category.data(), category.size());
      categories[key] = hit;
      scores[key] = hit ? 0.99 : 0.0001;
    }
    results.push_back(json::object{
        {"flagged", violent}, {"categories", std::move(categories)}, {"category_scores", std::move(scores)}});
  }
  return json_answer(json::object{{"id", "modr-" + std::string(call.id)},
                                  {"model", json::find_string(request, "model")},
                                  {"results", std::move(results)}});
}

}  // namespace tollgate::providers::demo
