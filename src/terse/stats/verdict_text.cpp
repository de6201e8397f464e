#include "terse/stats/verdict_text.h"

#include <fmt/core.h>

#include <cmath>

#include "terse/stats/rank_check.h"

namespace terse::stats {
namespace {

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string side(double difference) {
  if (difference == 0) return "equal";
  return fmt::format("{} by {:.3g}", difference < 0 ? "lower" : "higher", std::abs(difference));
}

// "at most 0.0009" or "at least 0.0004 lower": the bound on the side that the verdict rests on.
std::string bound_text(const Comparison& comparison) {
  const MeanBounds& difference = comparison.difference;
  switch (comparison.verdict) {
    case Verdict::better:
      return fmt::format("at least {:.3g} lower", -difference.upper);
    case Verdict::non_inferior:
      // Of the excess, which the verdict rests on: the difference may vary more.
      return fmt::format("at most {:.3g} above the reference",
                         std::max(0.0, comparison.margin + comparison.excess.upper));
    case Verdict::inferior:
      return fmt::format("at least {:.3g} above what the margin allows", comparison.excess.lower);
    case Verdict::unknown:
      break;
  }
  return fmt::format("between {:.3g} and {:.3g}", difference.lower, difference.upper);
}

std::string ranks_text(const Comparison& comparison, std::string_view pair) {
  switch (rank_check(comparison)) {
    case RankCheck::few_splits_decide:
      return fmt::format("; a few {}s decide, their ranks do not show it", pair);
    case RankCheck::few_splits_hinder:
      return fmt::format("; nearly all {}s agree, a few far away do not", pair);
    case RankCheck::too_few:
    case RankCheck::agrees:
      break;
  }
  return "";
}

std::string missing_text(const Comparison& comparison, std::string_view pair) {
  std::string text;
  if (comparison.failed > 0) {
    text += fmt::format("; {} failed", counted(comparison.failed, "training"));
  }
  if (comparison.left_out > 0) {
    text += fmt::format("; {} without a reference", counted(comparison.left_out, pair));
  }
  return text;
}

}  // namespace

std::string further_text(const FurtherSplits& further, std::string_view pair) {
  switch (further.kind) {
    case Further::not_needed:
      return "";
    case Further::about:
      return fmt::format("about {} would tell",
                         counted(further.splits, fmt::format("further {}", pair)));
    case Further::more_than:
      return fmt::format("more than {} would be needed",
                         counted(further.splits, fmt::format("further {}", pair)));
    case Further::more_rows:
      return fmt::format("more {}s of these rows would not tell, more rows would", pair);
    case Further::not_estimable:
      break;
  }
  return "";
}

std::string verdict_text(const Comparison& comparison, std::string_view pair) {
  std::string text(name(comparison.verdict));
  if (comparison.pairs < 2) {
    return text + fmt::format(": {}, compare over at least 3", counted(comparison.pairs, pair)) +
           missing_text(comparison, pair);
  }
  text += fmt::format(": loss {:.4g} against {:.4g}, {}", comparison.candidate,
                      comparison.reference, side(comparison.difference.mean));
  if (std::isfinite(comparison.difference.lower) && std::isfinite(comparison.difference.upper)) {
    text += fmt::format(", {} ({:.4g} %, {})", bound_text(comparison), 100 * (1 - comparison.error),
                        counted(comparison.pairs, pair));
  }
  if (comparison.margin > 0) text += fmt::format("; margin {:.3g}", comparison.margin);
  text += missing_text(comparison, pair) + ranks_text(comparison, pair);
  const std::string further = further_text(further_splits(comparison), pair);
  return further.empty() ? text : text + "; " + further;
}

}  // namespace terse::stats
