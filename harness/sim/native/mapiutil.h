/* <mapiutil.h> for pumps that are compiled natively: what mapix.h has. */
#include <mapix.h>
