/*
 * Every name that the stand-in exports: the 161 of Windows' mapi32.dll (microsoft/mapi-rs,
 * mapi32.def), then those that only mingw's import libraries know. The list exists once: the
 * functions of unsupported.c and the module definition that CMake writes are made from it.
 *
 * X(name, bytes, kind, out)
 *   bytes  what an x86 callee pops (stdcall); the decorated export is name@bytes
 *   kind   REAL: implemented in this folder. VARIADIC: HR, but the caller pops: no decorated form.
 *          Any other is recorded as MapiUnsupported and fails with the kind's own failure:
 *          HR MAPI_E_NO_SUPPORT, SMAPI MAPI_E_NOT_SUPPORTED (Simple MAPI's), BOOL FALSE, POINTER
 *          NULL, COUNT 0, NONE nothing, FILETIME zero, FAILED -1, WINERROR
 *          ERROR_CALL_NOT_IMPLEMENTED, CLASS CLASS_E_CLASSNOTAVAILABLE, UNLOAD S_FALSE, CMC
 *          CMC_E_NOT_SUPPORTED (cdecl). HR2, SMAPI4 and the like are HR and SMAPI with their flags,
 *          which are recorded, in the argument of that number.
 *   out    which argument, from 1, takes an object or a block: it is set to NULL; 0: none
 *
 * One entry a line: CMake reads it too. Argument bytes: mingw-w64's libmapi32.a for i686; those it
 * lacks from the declarations of mapiwz.h, smapi.h and xcmcmsx2.h and from the Visual Basic
 * declarations of Simple MAPI (the BMAPI names).
 */
#ifndef STUBS_MAPI32_EXPORTS_H
#define STUBS_MAPI32_EXPORTS_H

/* clang-format off */
#define MAPI_EXPORTS(X)                                                                            \
  X(BMAPIAddress, 40, SMAPI9, 0)                                                                   \
  X(BMAPIDetails, 20, SMAPI4, 0)                                                                   \
  X(BMAPIFindNext, 28, SMAPI, 0)                                                                   \
  X(BMAPIGetAddress, 12, SMAPI, 0)                                                                 \
  X(BMAPIGetReadMail, 20, SMAPI, 0)                                                                \
  X(BMAPIReadMail, 32, SMAPI, 0)                                                                   \
  X(BMAPIResolveName, 24, SMAPI4, 0)                                                               \
  X(BMAPISaveMail, 32, SMAPI6, 0)                                                                  \
  X(BMAPISendMail, 28, SMAPI6, 0)                                                                  \
  X(BuildDisplayTable, 40, HR, 9)                                                                  \
  X(CbOfEncoded, 4, COUNT, 0)                                                                      \
  X(CchOfEncoding, 4, COUNT, 0)                                                                    \
  X(ChangeIdleRoutine, 28, NONE, 0)                                                                \
  X(CloseIMsgSession, 4, NONE, 0)                                                                  \
  X(CreateIProp, 24, HR, 6)                                                                        \
  X(CreateTable, 36, HR, 9)                                                                        \
  X(DeinitMapiUtil, 0, REAL, 0)                                                                    \
  X(DeregisterIdleRoutine, 4, NONE, 0)                                                             \
  X(DllCanUnloadNow, 0, UNLOAD, 0)                                                                 \
  X(DllGetClassObject, 12, CLASS, 3)                                                               \
  X(EnableIdleRoutine, 8, NONE, 0)                                                                 \
  X(EncodeID, 12, HR, 0)                                                                           \
  X(FBadColumnSet, 4, BOOL, 0)                                                                     \
  X(FBadEntryList, 4, BOOL, 0)                                                                     \
  X(FBadProp, 4, BOOL, 0)                                                                          \
  X(FBadPropTag, 4, BOOL, 0)                                                                       \
  X(FBadRestriction, 4, BOOL, 0)                                                                   \
  X(FBadRglpNameID, 8, BOOL, 0)                                                                    \
  X(FBadRglpszA, 8, BOOL, 0)                                                                       \
  X(FBadRglpszW, 8, BOOL, 0)                                                                       \
  X(FBadRow, 4, BOOL, 0)                                                                           \
  X(FBadRowSet, 4, BOOL, 0)                                                                        \
  X(FBadSortOrderSet, 4, BOOL, 0)                                                                  \
  X(FBinFromHex, 8, BOOL, 0)                                                                       \
  X(FDecodeID, 12, BOOL, 0)                                                                        \
  X(FEqualNames, 8, BOOL, 0)                                                                       \
  X(FGetComponentPath, 20, BOOL, 0)                                                                \
  X(FPropCompareProp, 12, BOOL, 0)                                                                 \
  X(FPropContainsProp, 12, BOOL, 0)                                                                \
  X(FPropExists, 8, BOOL, 0)                                                                       \
  X(FixMAPI, 0, WINERROR, 0)                                                                       \
  X(FreePadrlist, 4, NONE, 0)                                                                      \
  X(FreeProws, 4, NONE, 0)                                                                         \
  X(FtAdcFt, 20, FILETIME, 0)                                                                      \
  X(FtAddFt, 16, FILETIME, 0)                                                                      \
  X(FtDivFtBogus, 20, FILETIME, 0)                                                                 \
  X(FtMulDw, 12, FILETIME, 0)                                                                      \
  X(FtMulDwDw, 8, FILETIME, 0)                                                                     \
  X(FtNegFt, 8, FILETIME, 0)                                                                       \
  X(FtSubFt, 16, FILETIME, 0)                                                                      \
  X(FtgRegisterIdleRoutine, 20, POINTER, 0)                                                        \
  X(GetAttribIMsgOnIStg, 12, HR, 3)                                                                \
  X(GetOutlookVersion, 0, COUNT, 0)                                                                \
  X(GetTnefStreamCodepage, 12, HR, 0)                                                              \
  X(HexFromBin, 12, NONE, 0)                                                                       \
  X(HrAddColumns, 16, HR, 0)                                                                       \
  X(HrAddColumnsEx, 20, HR, 0)                                                                     \
  X(HrAllocAdviseSink, 12, REAL, 0)                                                                \
  X(HrComposeEID, 28, HR, 7)                                                                       \
  X(HrComposeMsgID, 24, HR, 6)                                                                     \
  X(HrDecomposeEID, 28, HR, 0)                                                                     \
  X(HrDecomposeMsgID, 24, HR, 0)                                                                   \
  X(HrDispatchNotifications, 4, REAL, 0)                                                           \
  X(HrEntryIDFromSz, 12, HR, 3)                                                                    \
  X(HrGetOmiProvidersFlags, 8, HR, 0)                                                              \
  X(HrGetOneProp, 12, HR, 3)                                                                       \
  X(HrIStorageFromStream, 16, HR, 4)                                                               \
  X(HrQueryAllRows, 24, HR, 6)                                                                     \
  X(HrSetOmiProvidersFlagsInvalid, 4, HR, 0)                                                       \
  X(HrSetOneProp, 8, HR, 0)                                                                        \
  X(HrSzFromEntryID, 12, HR, 3)                                                                    \
  X(HrThisThreadAdviseSink, 8, REAL, 0)                                                            \
  X(HrValidateIPMSubtree, 20, HR, 4)                                                               \
  X(HrValidateParametersV, 0, VARIADIC, 0)                                                         \
  X(HrValidateParametersValist, 8, HR, 0)                                                          \
  X(InstallFilterHook, 4, HR, 0)                                                                   \
  X(IsBadBoundedStringPtr, 8, BOOL, 0)                                                             \
  X(LAUNCHWIZARD, 20, HR2, 0)                                                                      \
  X(LPropCompareProp, 8, COUNT, 0)                                                                 \
  X(LaunchWizard, 20, HR2, 0)                                                                      \
  X(LpValFindProp, 12, POINTER, 0)                                                                 \
  X(MAPIAddress, 44, SMAPI8, 0)                                                                    \
  X(MAPIAdminProfiles, 8, HR, 2)                                                                   \
  X(MAPIAllocateBuffer, 8, REAL, 0)                                                                \
  X(MAPIAllocateMore, 12, REAL, 0)                                                                 \
  X(MAPIDeinitIdle, 0, NONE, 0)                                                                    \
  X(MAPIDeleteMail, 20, SMAPI4, 0)                                                                 \
  X(MAPIDetails, 20, SMAPI4, 0)                                                                    \
  X(MAPIFindNext, 28, SMAPI5, 0)                                                                   \
  X(MAPIFreeBuffer, 4, REAL, 0)                                                                    \
  X(MAPIGetDefaultMalloc, 0, POINTER, 0)                                                           \
  X(MAPIInitIdle, 4, FAILED, 0)                                                                    \
  X(MAPIInitialize, 4, REAL, 0)                                                                    \
  X(MAPILogoff, 16, SMAPI3, 0)                                                                     \
  X(MAPILogon, 24, SMAPI4, 6)                                                                      \
  X(MAPILogonEx, 20, REAL, 0)                                                                      \
  X(MAPIOpenFormMgr, 8, HR, 2)                                                                     \
  X(MAPIOpenLocalFormContainer, 4, HR, 1)                                                          \
  X(MAPIReadMail, 24, SMAPI4, 6)                                                                   \
  X(MAPIResolveName, 24, SMAPI4, 6)                                                                \
  X(MAPISaveMail, 24, SMAPI4, 0)                                                                   \
  X(MAPISendDocuments, 20, SMAPI, 0)                                                               \
  X(MAPISendMail, 20, SMAPI4, 0)                                                                   \
  X(MAPISendMailW, 20, SMAPI4, 0)                                                                  \
  X(MAPIUninitialize, 0, REAL, 0)                                                                  \
  X(MNLS_CompareStringW, 24, COUNT, 0)                                                             \
  X(MNLS_IsBadStringPtrW, 8, BOOL, 0)                                                              \
  X(MNLS_MultiByteToWideChar, 24, COUNT, 0)                                                        \
  X(MNLS_WideCharToMultiByte, 32, COUNT, 0)                                                        \
  X(MNLS_lstrcmpW, 8, COUNT, 0)                                                                    \
  X(MNLS_lstrcpyW, 8, POINTER, 0)                                                                  \
  X(MNLS_lstrlenW, 4, COUNT, 0)                                                                    \
  X(MapStorageSCode, 4, HR, 0)                                                                     \
  X(OpenIMsgOnIStg, 44, HR, 11)                                                                    \
  X(OpenIMsgSession, 12, HR, 3)                                                                    \
  X(OpenStreamOnFile, 24, HR, 6)                                                                   \
  X(OpenTnefStream, 28, HR, 7)                                                                     \
  X(OpenTnefStreamEx, 32, HR, 8)                                                                   \
  X(PRProviderInit, 0, VARIADIC, 0)                                                                \
  X(PpropFindProp, 12, POINTER, 0)                                                                 \
  X(PropCopyMore, 16, HR, 0)                                                                       \
  X(RTFSync, 12, HR, 0)                                                                            \
  X(ScBinFromHexBounded, 12, HR, 0)                                                                \
  X(ScCopyNotifications, 16, HR, 0)                                                                \
  X(ScCopyProps, 16, HR, 0)                                                                        \
  X(ScCountNotifications, 12, HR, 0)                                                               \
  X(ScCountProps, 12, HR, 0)                                                                       \
  X(ScCreateConversationIndex, 16, HR, 4)                                                          \
  X(ScDupPropset, 16, HR, 4)                                                                       \
  X(ScGenerateMuid, 4, HR, 0)                                                                      \
  X(ScInitMapiUtil, 4, REAL, 0)                                                                    \
  X(ScLocalPathFromUNC, 12, HR, 0)                                                                 \
  X(ScMAPIXFromCMC, 16, HR, 4)                                                                     \
  X(ScMAPIXFromSMAPI, 16, HR, 4)                                                                   \
  X(ScRelocNotifications, 20, HR, 0)                                                               \
  X(ScRelocProps, 20, HR, 0)                                                                       \
  X(ScUNCFromLocalPath, 12, HR, 0)                                                                 \
  X(SetAttribIMsgOnIStg, 16, HR, 4)                                                                \
  X(SwapPlong, 8, NONE, 0)                                                                         \
  X(SwapPword, 8, NONE, 0)                                                                         \
  X(SzFindCh, 8, POINTER, 0)                                                                       \
  X(SzFindLastCh, 8, POINTER, 0)                                                                   \
  X(SzFindSz, 8, POINTER, 0)                                                                       \
  X(UFromSz, 4, COUNT, 0)                                                                          \
  X(UNKOBJ_COFree, 8, NONE, 0)                                                                     \
  X(UNKOBJ_Free, 8, NONE, 0)                                                                       \
  X(UNKOBJ_FreeRows, 8, NONE, 0)                                                                   \
  X(UNKOBJ_ScAllocate, 12, HR, 3)                                                                  \
  X(UNKOBJ_ScAllocateMore, 16, HR, 4)                                                              \
  X(UNKOBJ_ScCOAllocate, 12, HR, 0)                                                                \
  X(UNKOBJ_ScCOReallocate, 12, HR, 0)                                                              \
  X(UNKOBJ_ScSzFromIdsAlloc, 20, HR, 0)                                                            \
  X(UlAddRef, 4, COUNT, 0)                                                                         \
  X(UlFromSzHex, 4, COUNT, 0)                                                                      \
  X(UlPropSize, 4, COUNT, 0)                                                                       \
  X(UlRelease, 4, COUNT, 0)                                                                        \
  X(WrapCompressedRTFStream, 12, HR, 3)                                                            \
  X(WrapProgress, 20, HR, 0)                                                                       \
  X(WrapStoreEntryID, 24, HR, 6)                                                                   \
  X(__CPPValidateParameters, 8, HR, 0)                                                             \
  X(__ValidateParameters, 8, HR, 0)                                                                \
  X(HrValidateParameters, 8, HR, 0)                                                                \
  X(MAPIGetNetscapeVersion, 0, COUNT, 0)                                                           \
  X(MAPI_NSCP_SynchronizeClient, 8, COUNT, 0)                                                      \
  X(ScSplEntry, 0, VARIADIC, 0)                                                                    \
  X(cmc_act_on, 0, CMC, 0)                                                                         \
  X(cmc_free, 0, CMC, 0)                                                                           \
  X(cmc_list, 0, CMC, 0)                                                                           \
  X(cmc_logoff, 0, CMC, 0)                                                                         \
  X(cmc_logon, 0, CMC, 0)                                                                          \
  X(cmc_look_up, 0, CMC, 0)                                                                        \
  X(cmc_query_configuration, 0, CMC, 0)                                                            \
  X(cmc_read, 0, CMC, 0)                                                                           \
  X(cmc_send, 0, CMC, 0)                                                                           \
  X(cmc_send_documents, 0, CMC, 0)
/* clang-format on */

#endif
