// The report of a study as one page.
#pragma once

#include <string>
#include <string_view>

#include "terse/study/summary.h"

namespace terse::report {

/// A self-contained HTML page: tables, figures, settings, the CSV to download. It loads nothing
/// from anywhere, and its content security policy forbids it to. All text of the summary is
/// escaped. In a build without TERSE_REPORT_CHARTS the figures are missing and the page says so.
std::string html(const study::Summary& summary);

/// `text` for HTML content and quoted attributes.
std::string html_text(std::string_view text);

}  // namespace terse::report
