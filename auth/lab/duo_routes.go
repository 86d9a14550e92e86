package lab

// routes are the signed requests that the simulator understands.
func (t *tenant) routes() map[string]duoCall {
	all := map[string]duoCall{
		"GET /auth/v2/check":          {kindAuthAPI, "", false, t.check},
		"GET /auth/v2/logo":           {kindAuthAPI, "", false, t.logo},
		"POST /auth/v2/enroll":        {kindAuthAPI, "", false, t.enroll},
		"POST /auth/v2/enroll_status": {kindAuthAPI, "", false, t.enrollStatus},
		"POST /auth/v2/preauth":       {kindAuthAPI, "", false, t.preauth},
		"POST /auth/v2/auth":          {kindAuthAPI, "", true, t.authenticate},
		"GET /auth/v2/auth_status":    {kindAuthAPI, "", true, t.authStatus},
	}
	for may, calls := range map[string]map[string]func(*duoRequest) (any, *duoError){
		mayRead: {
			"GET /admin/v1/users":                     t.listUsers,
			"GET /admin/v1/users/{user}":              t.readUser,
			"GET /admin/v1/users/{user}/phones":       t.listUserPhones,
			"GET /admin/v1/users/{user}/groups":       t.listUserGroups,
			"GET /admin/v1/users/{user}/tokens":       t.listUserTokens,
			"GET /admin/v1/users/{user}/bypass_codes": t.listUserBypass,
			"GET /admin/v1/groups":                    t.listGroups,
			"GET /admin/v1/bypass_codes":              t.listBypass,
			"GET /admin/v1/bypass_codes/{code}":       t.readBypass,
			"GET /admin/v1/tokens":                    t.listTokens,
			"GET /admin/v1/tokens/{token}":            t.readToken,
			"GET /admin/v2/policies":                  t.listPolicies,
			"GET /admin/v2/policies/summary":          t.summarizePolicies,
			"GET /admin/v2/policies/calculate":        t.calculatePolicy,
			"GET /admin/v2/policies/{policy}":         t.readPolicy,
		},
		mayWrite: {
			"POST /admin/v1/users":                         t.createUser,
			"POST /admin/v1/users/{user}":                  t.changeUser,
			"DELETE /admin/v1/users/{user}":                t.deleteUser,
			"POST /admin/v1/users/{user}/bypass_codes":     t.createBypass,
			"DELETE /admin/v1/bypass_codes/{code}":         t.deleteBypass,
			"POST /admin/v1/tokens":                        t.createToken,
			"POST /admin/v1/tokens/{token}":                t.changeToken,
			"DELETE /admin/v1/tokens/{token}":              t.deleteToken,
			"POST /admin/v1/tokens/{token}/resync":         t.resyncToken,
			"POST /admin/v1/users/{user}/tokens":           t.attachToken,
			"DELETE /admin/v1/users/{user}/tokens/{token}": t.detachToken,
			"POST /admin/v2/policies":                      t.createPolicy,
			"POST /admin/v2/policies/copy":                 t.copyPolicy,
			"PUT /admin/v2/policies/update":                t.changePolicies,
			"PUT /admin/v2/policies/{policy}":              t.changePolicy,
			"DELETE /admin/v2/policies/{policy}":           t.deletePolicy,
		},
		mayApps: {
			"GET /admin/v1/integrations":             t.listIntegrations,
			"GET /admin/v1/integrations/{ikey}":      t.readIntegration,
			"GET /admin/v1/integrations/{ikey}/skey": t.readSecretKey,
			"GET /admin/v2/integrations":             t.listIntegrations,
			"GET /admin/v2/integrations/{ikey}":      t.readIntegration,
			"GET /admin/v3/integrations":             t.listIntegrations,
			"GET /admin/v3/integrations/{ikey}":      t.readIntegration,
		},
		maySettings: {
			"GET /admin/v1/settings":  t.readSettings,
			"POST /admin/v1/settings": t.changeSettings,
		},
		mayInfo: {
			"GET /admin/v1/info/summary":                      t.infoSummary,
			"GET /admin/v1/info/authentication_attempts":      t.infoAttempts,
			"GET /admin/v1/info/user_authentication_attempts": t.infoUserAttempts,
			"GET /admin/v1/info/telephony_credits_used":       t.infoTelephony,
		},
		mayLog: {
			"GET /admin/v2/logs/authentication": t.authLog,
		},
	} {
		for pattern, answer := range calls {
			all[pattern] = duoCall{kindAdminAPI, may, false, answer}
		}
	}
	return all
}
