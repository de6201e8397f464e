// Component terse::serve: messages answered with predictions once a store has both.
#pragma once

#include "terse/serve/service.h"
