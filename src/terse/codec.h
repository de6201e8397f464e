// Component terse::codec: model files, thresholds, codes and payloads. Needs no library of
// products, trees, databases or networks.
#pragma once

#include "terse/base/error.h"
#include "terse/base/matrix.h"
#include "terse/model/file.h"
#include "terse/model/model.h"
#include "terse/payload/layout.h"
#include "terse/quantize/encode.h"
#include "terse/quantize/thresholds.h"
