#include "http/router.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace tollgate::http {
namespace {

constexpr std::size_t kMethods = static_cast<std::size_t>(Method::other) + 1;

/// Takes the first segment off `path`, which starts with a slash.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

}  // namespace

struct RouteTable::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> texts;
  std::unique_ptr<Node> param;
  std::unique_ptr<Node> rest;
  std::string name;  // of the parameter that leads here
  std::array<std::optional<std::uint32_t>, kMethods> routes;
  std::uint16_t methods = 0;

  /// The deepest match, text before parameters; parameters are filled in on the way back.
  const Node* find(std::string_view path, PathParams& params) const {
    if (path.empty()) return methods != 0 ? this : nullptr;
    const std::string_view whole = path;
    const std::string_view segment = next_segment(path);
    if (const auto it = texts.find(segment); it != texts.end()) {
      if (const Node* found = it->second->find(path, params)) return found;
    }
    if (param && !segment.empty()) {
      const std::size_t mark = params.size_;
      params.params_[params.size_++] = {param->name, segment};
      if (const Node* found = param->find(path, params)) return found;
      params.size_ = mark;
    }
    if (rest) {
      params.params_[params.size_++] = {rest->name, whole.substr(1)};
      return rest.get();
    }
    return nullptr;
  }
};

std::string_view PathParams::get(std::string_view name) const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (params_[i].name == name) return params_[i].value;
  }
  return {};
}

RouteTable::RouteTable() : root_(std::make_unique<Node>()) {}
RouteTable::~RouteTable() = default;
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;

Result<void> RouteTable::add(Method method, std::string_view pattern, std::uint32_t route) {
  const auto wrong = [&](const char* why) {
    return fail(ErrorCode::invalid_request, "the route '" + std::string(pattern) + "' " + why);
  };
  if (!pattern.starts_with('/')) return wrong("does not begin with a slash");
  Node* node = root_.get();
  std::size_t params = 0;
  for (std::string_view path = pattern; !path.empty();) {
    const std::string_view segment = next_segment(path);
    const bool any_rest = segment.starts_with('*');
    if (!any_rest && !segment.starts_with(':')) {
      auto& next = node->texts[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
      continue;
    }
    const std::string_view name = segment.substr(1);
    if (name.empty()) return wrong("has a parameter without a name");
    if (any_rest && !path.empty()) return wrong("goes on behind its rest");
    if (++params > PathParams::kMax) return wrong("has too many parameters");
    auto& next = any_rest ? node->rest : node->param;
    if (!next) {
      next = std::make_unique<Node>();
      next->name = name;
    }
    if (next->name != name) return wrong("names a parameter otherwise than another route does");
    node = next.get();
  }
  auto& slot = node->routes[static_cast<std::size_t>(method)];
  if (slot) return fail(ErrorCode::conflict, "the route '" + std::string(pattern) + "' is there twice");
  slot = route;
  node->methods |= static_cast<std::uint16_t>(1U << static_cast<unsigned>(method));
  return {};
}

RouteTable::Match RouteTable::match(Method method, std::string_view path) const {
  Match out;
  if (!path.starts_with('/')) return out;
  const Node* node = root_->find(path, out.params);
  if (node == nullptr) return out;
  const auto* route = &node->routes[static_cast<std::size_t>(method)];
  if (!*route && method == Method::head) route = &node->routes[static_cast<std::size_t>(Method::get)];
  if (*route) {
    out.outcome = Outcome::found;
    out.route = **route;
    return out;
  }
  out.outcome = Outcome::no_method;
  out.allowed = node->methods;
  for (const auto& other : node->routes) {
    if (other) out.route = *other;
  }
  return out;
}

std::string_view below_base(std::string_view base, std::string_view path) {
  if (base.empty() || !path.starts_with(base)) return path;
  const std::string_view rest = path.substr(base.size());
  if (rest.empty()) return "/";
  return rest.starts_with('/') ? rest : path;
}

std::string allow_header(std::uint16_t allowed) {
  std::string out;
  const auto has = [&](Method method) { return (allowed >> static_cast<unsigned>(method) & 1U) != 0; };
  for (const Method method :
       {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options}) {
    if (!has(method) && !(method == Method::head && has(Method::get))) continue;
    if (!out.empty()) out += ", ";
    out += method_name(method);
  }
  return out;
}

}  // namespace tollgate::http
