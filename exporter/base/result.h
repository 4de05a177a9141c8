#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <tl/expected.hpp>

namespace sidewatch {

/// What the caller may do about a failure, not where it happened.
enum class ErrorCode {
  kInvalidArgument,   ///< The input is wrong: tell whoever wrote it, do not retry.
  kNotFound,          ///< The thing asked for does not exist.
  kUnavailable,       ///< The other side is down or refused: retry later.
  kUnresolvedHost,    ///< The name could not be resolved: retry later.
  kDeadlineExceeded,  ///< The time allowed ran out: retry later.
  kCancelled,         ///< We were asked to stop.
  kPermissionDenied,  ///< Credentials or rights are missing: tell the user.
  kProtocol,          ///< The other side answered something that it should not.
  kLimitExceeded,     ///< A configured bound was reached.
  kInternal,          ///< Our own fault.
};

/// The name used in logs and in the `class` label of error counters, e.g. `deadline_exceeded`.
std::string_view ErrorCodeName(ErrorCode code);

/// A failure: a code for the program, one sentence for a person.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

/// A value or an Error. Dropping one is a compiler warning.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;

  // NOLINTNEXTLINE(google-explicit-constructor): `transform` and `and_then` give the base back.
  Result(tl::expected<T, Error> base) : tl::expected<T, Error>(std::move(base)) {}
};

using Status = Result<void>;

/// Makes the error of any Result: `return Fail(ErrorCode::kNotFound, "no rule {}", name);`.
template <typename... Args>
tl::unexpected<Error> Fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// Passes an error up unchanged.
inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// Passes an error up with `context: ` in front of its message.
tl::unexpected<Error> FailWith(std::string_view context, Error error);

}  // namespace sidewatch

#define SW_CONCAT_INNER(a, b) a##b
#define SW_CONCAT(a, b) SW_CONCAT_INNER(a, b)

/// Returns the error of `expr` from the enclosing function, if it has one.
#define SW_TRY(expr)                                          \
  do {                                                        \
    auto sw_status = (expr);                                  \
    if (!sw_status.has_value()) {                             \
      return ::sidewatch::Fail(std::move(sw_status).error()); \
    }                                                         \
  } while (false)

/// Assigns the value of `expr` to `target` (a declaration or an lvalue), or returns its error.
#define SW_TRY_ASSIGN(target, expr) \
  SW_TRY_ASSIGN_INNER(target, expr, SW_CONCAT(sw_result_, __LINE__))
#define SW_TRY_ASSIGN_INNER(target, expr, result)        \
  auto result = (expr);                                  \
  if (!(result).has_value()) {                           \
    return ::sidewatch::Fail(std::move(result).error()); \
  }                                                      \
  target = std::move(result).value()
